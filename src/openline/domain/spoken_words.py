"""The words of check phrases in Arabic, French and Russian: 256 of each, one per byte, for ever.

As in English (`check_words`) they are everyday things that belong to nobody's war: no places, no
persons, no dates, no units, nothing that is an order or a report on a radio net. Within a language
any two differ in at least two letters once letters that sound alike are written as one: voiced and
voiceless consonants and unstressed vowels in Russian; emphatic and plain consonants and the throat
sounds in Arabic; silent endings, accents and spellings of one sound in French. So none is taken for
another on a poor line. The words of one place in the lists need not mean the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from openline.domain.check_words import CHECK_WORDS
from openline.domain.phrase_book import Language

_ARABIC: Final = """
إبريق أسطوانة أناناس إسفنج أقحوان إكليل أوركسترا باذنجان بازلاء بالون بجعة برتقال برقوق بركان
بستان بطاطس بطريق بطيخ بقدونس بلبل بندق بنفسج بوصلة بومة بيانو تفاحة تلفزيون تمساح تنور توت ثلج
جاموس جدول جرس جزيرة جسر جمل جندب جوز حديقة حذاء حرباء حصان حقيبة حلزون حمامة خرشوف خريطة خزانة
خشب خفاش خنفساء خوخ خيار خيمة دجاجة درهم دفتر دلفين دولاب ذرة رمان ريحان ريشة زبدة زرافة زعفران
زنبق زورق زيتون ساعة ستارة سجادة سرير سفينة سلحفاة سمكة سنبلة سنجاب سوسن شجرة شراع شطرنج شلال
شمسية شمعة شوكولاتة صابون صدفة صنوبر صوف ضفدع طاحونة طاووس طبل طربوش طماطم عباءة عدسة عسل عصفور
عقيق عكاز علم عنكبوت غزال فانوس فراشة فستق فنجان فهد فيل قارورة قرميد قرنفل قطار قفاز قلادة قماش
قمح قنديل قوس كاميرا كرز كرسي كركدن كستناء كعكة كمثرى كنغر كوكب لؤلؤ لبلاب لقلق ليمون متحف مجداف
محار مخبز مدرسة مرآة مرجان مزمار مسطرة مشمش مصباح مطرقة معطف مغناطيس مفتاح مكتبة مكنسة ملعقة منشار
ميزان نافورة نحلة نرجس نسيم نظارة نعامة نعناع نقانق نمر نورس هرم وردة وسادة وشاح ياسمين ياقوت يخت
يقطين بحيرة برج بطة بوق تين جوارب حبر خاتم دلو رغيف سحلية شاي صحن ضباب عربة غراب فطيرة قهوة لحاف
مظلة أخطبوط أرجوحة أيقونة بابونج بقلاوة بلوط بنجر تلسكوب جرجير جلنار جوافة حكاية خلخال دبوس دمية
ربيع رسالة سفرجل سماور سمسم شرنقة شريط شلغم صبار صيدلية طابع طاولة عمود عندليب فرشاة فلفل قرفة
كراسة كركم كهرمان لوحة مانجو متنزه محبرة مروحة مقلاة مكعب ملفوف منارة منطاد موقد نبات وعاء يراعة
يوسفي برواز تقويم جلباب حصيرة خيزران دربكة رخام زبيب سنونو شوفان صلصال طرخون عوسج
"""
_FRENCH: Final = """
abricot accordéon agneau aiguille album ananas ancre anguille araignée arbre armoire arrosoir
artichaut asperge assiette atelier autruche avenue avocat bagage balance bambou banquette bateau
baudruche berceau beurre biberon bicyclette bijou biscuit bonbon bougie boulanger bouteille bouton
bracelet brique brochette buffet bureau cabane cachalot cadeau cafetière cahier calendrier camion
cannelle carafe casquette castor cathédrale cerise chaise chameau champignon charbon cheval
chocolat chouette cigogne citron citrouille cloche cochon coffre colline colombe concombre
confiture coquelicot corbeille cornichon couteau crayon crevette crocodile cuisine cygne dentelle
dessin diamant dimanche domino écharpe échelle écureuil éléphant enclume épinard éponge escalier
escargot étable étoile famille farine faucon fauteuil fenêtre ficelle figue flamant fleuve flûte
forêt fourchette fourmi framboise fromage fusain garage gazelle genou girafe glacier gorille
goyave graine grenouille grillage guitare hamster harpe herbe hérisson hibou horloge huile
immeuble ivoire jambon jasmin jongleur journal jument kangourou képi kiosque laitue lampadaire
lanterne lapin légume léopard levure lézard librairie lion losange loutre lucarne lumière machine
maison mandarine manteau marguerite marmite menuisier merle miel mimosa miroir mosaïque moulin
moustique muguet musée navire neige nénuphar noisette nuage océan olive omelette orage orchidée
oreiller osier ourson oxygène palmier panier papillon parapluie parfum pastèque peigne pélican
perroquet persil piano pigeon pinceau pistache piscine plume pneu poireau pommade pompier prairie
prune puzzle pyjama quartier quiche radis réglisse renard rhubarbe rideau rivière robinet rocher
rosée ruban ruche sablier safran salade saxophone scarabée seigle serpent serrure singe soleil
sorbet souris stylo tabouret tapis tasse téléphone tigre timbre tortue toupie trèfle trompette
truite turban vague valise vanille velours violon voiture volcan wagon yaourt zèbre
"""
_RUSSIAN: Final = """
автобус аквариум алмаз альбом ананас арбуз аптека астра багаж балкон барабан барсук башмак бегемот
берёза библиотека бинокль блокнот борода ботинок бубен будильник булавка бумага бутылка варежка
василёк ведро велосипед веранда веретено верёвка весло вишня воробей газета галерея гвоздика
гитара глобус голубь горошина гранат графин гребень груша гусеница дельфин деревня джунгли домино
дорога дракон дудочка духовка ежевика ёлка енот жаворонок жасмин жемчуг жираф журавль забор
завтрак замок занавеска зарядка звезда зебра земляника зонтик игрушка изба изумруд индюк инжир
ирис кабачок календарь камень канарейка капуста карандаш каша катушка кенгуру кипарис кисточка
клевер ключик книга ковёр колодец компас костёр кофейник кристалл крокодил крыльцо кукуруза кухня
лаванда лампа ландыш лебедь лейка лестница лимон линейка лодка лопата лошадь луковица лягушка
мандарин маслина матрёшка маяк медаль мельница метла микрофон молоко монета мостик мотылёк муравей
музыка мыло наперсток небо незабудка ножницы носорог обруч огурец одеяло окно олень оркестр орех
осина открытка очки палатка пальма памятник панама парус паук пекарня пеликан печенье пианино
пирамида пирог платок площадь пояс полотенце помидор попугай поросёнок портфель почта прищепка
пряник птица пудинг пчела пшеница радуга ракушка расчёска резинка репейник рисунок рогатка родник
роса рубашка ручей рыбак рюкзак сарафан свеча свитер сирень скамейка скворец скрипка слива слон
сметана собака солнце соловей сосна спичка стрекоза стул судак сундук сухарь театр телега теплица
тетрадь тигр трамвай трактор трава тростник труба туфля тыква тюлень улитка утюг фиалка филин
финик флажок фонарь форель халат хвоя хлопок холодильник хурма цапля цветок цирк цыплёнок черепаха
черника чеснок шалаш шарф шиповник шишка шкатулка шоколад шляпа щенок щётка щука эскимо этаж юла
ягода якорь ястреб ящерица ящик
"""
SPOKEN_WORDS: Final[Mapping[Language, tuple[str, ...]]] = MappingProxyType(
    {
        Language.ENGLISH: CHECK_WORDS,
        Language.ARABIC: tuple(_ARABIC.split()),
        Language.FRENCH: tuple(_FRENCH.split()),
        Language.RUSSIAN: tuple(_RUSSIAN.split()),
    }
)
"""By language, the words in the order of the bytes that they stand for."""
