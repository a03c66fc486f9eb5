"""Coded phrases: urgent messages that say the same in four languages, and can be read by voice.

A phrase has one code and numbered slots. Its text in each language was written by hand; nothing
is ever machine-translated. Every rendered phrase says that an acknowledgement is no approval, and
every phrase of an exercise desk says first that it is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from openline.domain.message import MessageKind


class Language(StrEnum):
    """The languages of the phrase book, by their ISO 639-1 codes."""

    ENGLISH = "en"
    FRENCH = "fr"
    ARABIC = "ar"
    RUSSIAN = "ru"


class Slot(StrEnum):
    """What may stand in a slot: it reads the same in every language."""

    GRID = "grid"
    """An MGRS grid reference, such as 37SFV087181."""
    TIME = "time"
    """A date-time group in Zulu, such as 160030ZSEP17."""
    ID = "id"
    """An id of this desk: of a message, line, party, notice or measure."""
    NUMBER = "number"
    """A whole number, in digits."""
    CHECK_PHRASE = "check_phrase"
    """The words and digits that stand for a geometry."""


class Phrase(Struct, frozen=True, kw_only=True):
    """One coded phrase: the message it makes, what its slots hold, and its text in each language.

    Slot n of a text is `{n}`, counted from 1.
    """

    kind: MessageKind
    slots: tuple[Slot, ...]
    texts: Mapping[Language, str]


def _phrase(
    kind: MessageKind, slots: tuple[Slot, ...], *, en: str, fr: str, ar: str, ru: str
) -> Phrase:
    texts = {
        Language.ENGLISH: en,
        Language.FRENCH: fr,
        Language.ARABIC: ar,
        Language.RUSSIAN: ru,
    }
    return Phrase(kind=kind, slots=slots, texts=MappingProxyType(texts))


NO_APPROVAL: Final[Mapping[Language, str]] = MappingProxyType(
    {
        Language.ENGLISH: "An acknowledgement is not an approval.",
        Language.FRENCH: "Un accusé de réception n'est pas une approbation.",
        Language.ARABIC: "الإقرار بالاستلام ليس موافقة.",
        Language.RUSSIAN: "Подтверждение приёма не означает согласия.",
    }
)
"""What every rendered phrase ends with."""

EXERCISE: Final[Mapping[Language, str]] = MappingProxyType(
    {
        Language.ENGLISH: "EXERCISE, EXERCISE, EXERCISE.",
        Language.FRENCH: "EXERCICE, EXERCICE, EXERCICE.",
        Language.ARABIC: "تمرين، تمرين، تمرين.",
        Language.RUSSIAN: "УЧЕНИЕ, УЧЕНИЕ, УЧЕНИЕ.",
    }
)
"""What every phrase of an exercise desk begins with, in the words of its language alone."""

PHRASES: Final[Mapping[str, Phrase]] = MappingProxyType(
    {
        "CHECK_FIRE": _phrase(
            MessageKind.CHECK_FIRE,
            (Slot.GRID, Slot.TIME),
            en="CHECK FIRE, CHECK FIRE, CHECK FIRE. Stop firing now and verify. "
            "Impacts at {1}, time {2}. Say when firing has stopped.",
            fr="HALTE AU FEU, HALTE AU FEU, HALTE AU FEU. Cessez le tir immédiatement et vérifiez. "
            "Impacts en {1}, heure {2}. Dites quand le tir a cessé.",
            ar="أوقفوا الرمي، أوقفوا الرمي، أوقفوا الرمي. أوقفوا الرمي فوراً وتحققوا. "
            "سقوط نيران عند {1}، التوقيت {2}. أبلغونا عند توقف الرمي.",
            ru="ПРЕКРАТИТЬ ОГОНЬ, ПРЕКРАТИТЬ ОГОНЬ, ПРЕКРАТИТЬ ОГОНЬ. "
            "Немедленно прекратите огонь и проверьте. "
            "Попадания в районе {1}, время {2}. Сообщите, когда огонь прекращён.",
        ),
        "RESUME": _phrase(
            MessageKind.RESUME,
            (Slot.ID, Slot.TIME),
            en="RESUME. CHECK FIRE, message {1}, is lifted as of {2}. This is no order to fire.",
            fr="REPRISE. La HALTE AU FEU, message {1}, est levée à compter de {2}. "
            "Ceci n'est pas un ordre de tir.",
            ar="استئناف. رُفع إيقاف الرمي، الرسالة {1}، اعتباراً من {2}. هذا ليس أمراً بالرمي.",
            ru="ВОЗОБНОВЛЕНИЕ. Сигнал «ПРЕКРАТИТЬ ОГОНЬ», сообщение {1}, снят с {2}. "
            "Это не приказ открыть огонь.",
        ),
        "LINE_CHECK": _phrase(
            MessageKind.LINE_CHECK,
            (Slot.ID, Slot.TIME),
            en="LINE CHECK on line {1}, time {2}. Do you hear me? Answer.",
            fr="ESSAI DE LIAISON sur la ligne {1}, heure {2}. M'entendez-vous ? Répondez.",
            ar="فحص الخط {1}، التوقيت {2}. هل تسمعونني؟ أجيبوا.",
            ru="ПРОВЕРКА СВЯЗИ на линии {1}, время {2}. Слышите меня? Ответьте.",
        ),
        "READ_BACK_REQUEST": _phrase(
            MessageKind.QUERY,
            (Slot.ID,),
            en="READ BACK message {1} to me now.",
            fr="COLLATIONNEZ le message {1} maintenant.",
            ar="أعيدوا قراءة الرسالة {1} الآن.",
            ru="ПОВТОРИТЕ сообщение {1} сейчас.",
        ),
        "READ_BACK": _phrase(
            MessageKind.READBACK,
            (Slot.ID, Slot.CHECK_PHRASE),
            en="READ BACK. I read back message {1}. Check phrase: {2}. Is that correct?",
            fr="COLLATIONNEMENT. Je collationne le message {1}. "
            "Phrase de contrôle : {2}. Est-ce exact ?",
            ar="إعادة قراءة. أعيد قراءة الرسالة {1}. عبارة التحقق: {2}. هل هذا صحيح؟",
            ru="ПОВТОР. Повторяю сообщение {1}. Контрольная фраза: {2}. Верно?",
        ),
        "CORRECT": _phrase(
            MessageKind.CORRECT,
            (Slot.ID,),
            en="CORRECT. Message {1} was read back correctly.",
            fr="EXACT. Le message {1} a été collationné correctement.",
            ar="صحيح. أُعيدت قراءة الرسالة {1} على نحو صحيح.",
            ru="ВЕРНО. Сообщение {1} повторено правильно.",
        ),
        "WRONG": _phrase(
            MessageKind.OBJECT,
            (Slot.ID,),
            en="WRONG. Message {1} was read back wrongly. I say it again.",
            fr="FAUX. Le message {1} a été mal collationné. Je le répète.",
            ar="خطأ. أُعيدت قراءة الرسالة {1} على نحو غير صحيح. أكررها.",
            ru="НЕВЕРНО. Сообщение {1} повторено с ошибкой. Передаю его ещё раз.",
        ),
        "UNABLE": _phrase(
            MessageKind.UNABLE,
            (Slot.ID,),
            en="UNABLE. I cannot do what message {1} asks. Do not count on it.",
            fr="IMPOSSIBLE. Je ne peux pas faire ce que demande le message {1}. N'y comptez pas.",
            ar="غير قادر. لا أستطيع تنفيذ ما تطلبه الرسالة {1}. لا تعتمدوا على ذلك.",
            ru="НЕ МОГУ. Не могу выполнить то, о чём просит сообщение {1}. "
            "Не рассчитывайте на это.",
        ),
        "WARN": _phrase(
            MessageKind.WARN,
            (Slot.GRID, Slot.TIME, Slot.TIME),
            en="WARNING. Danger at {1}, from {2} until {3}. Keep people away.",
            fr="AVERTISSEMENT. Danger en {1}, de {2} à {3}. Tenez les personnes à l'écart.",
            ar="تحذير. خطر عند {1}، من {2} حتى {3}. أبعدوا الناس عن المكان.",
            ru="ПРЕДУПРЕЖДЕНИЕ. Опасность в районе {1}, с {2} до {3}. Держите людей подальше.",
        ),
        "CROSSING_QUERY": _phrase(
            MessageKind.QUERY,
            (Slot.ID, Slot.GRID, Slot.TIME),
            en="QUERY. Have your people crossed line {1} near {2}, as of {3}? "
            "Answer: crossed, not crossed, or unknown.",
            fr="QUESTION. Vos éléments ont-ils franchi la ligne {1} près de {2}, "
            "à la date de {3} ? Répondez : franchie, non franchie, ou inconnu.",
            ar="استفسار. هل عبرت عناصركم الخط {1} قرب {2} حتى {3}؟ "
            "أجيبوا: عبرت، أو لم تعبر، أو غير معلوم.",
            ru="ЗАПРОС. Пересекли ли ваши люди линию {1} в районе {2} по состоянию на {3}? "
            "Ответьте: пересекли, не пересекли или неизвестно.",
        ),
        "CROSSED": _phrase(
            MessageKind.ANSWER,
            (Slot.ID, Slot.GRID, Slot.TIME),
            en="ANSWER. Our people crossed line {1} near {2}, time {3}.",
            fr="RÉPONSE. Nos éléments ont franchi la ligne {1} près de {2}, heure {3}.",
            ar="جواب. عبرت عناصرنا الخط {1} قرب {2}، التوقيت {3}.",
            ru="ОТВЕТ. Наши люди пересекли линию {1} в районе {2}, время {3}.",
        ),
        "NOT_CROSSED": _phrase(
            MessageKind.ANSWER,
            (Slot.ID, Slot.TIME),
            en="ANSWER. Our people have not crossed line {1}, as of {2}.",
            fr="RÉPONSE. Nos éléments n'ont pas franchi la ligne {1}, à la date de {2}.",
            ar="جواب. لم تعبر عناصرنا الخط {1} حتى {2}.",
            ru="ОТВЕТ. По состоянию на {2} наши люди линию {1} не пересекали.",
        ),
        "CONVOY_PASSING": _phrase(
            MessageKind.NOTIFY,
            (Slot.ID, Slot.NUMBER, Slot.GRID, Slot.TIME),
            en="NOTICE. Humanitarian convoy {1}, vehicles: {2}, passes {3} at {4}. "
            "Pass this down to your units and say when it is done.",
            fr="AVIS. Convoi humanitaire {1}, véhicules : {2}, passe en {3} à {4}. "
            "Transmettez à vos unités et dites quand c'est fait.",
            ar="إشعار. قافلة إنسانية {1}، عدد المركبات: {2}، تمر عند {3} في {4}. "
            "بلّغوا وحداتكم وأعلمونا عند إتمام ذلك.",
            ru="УВЕДОМЛЕНИЕ. Гуманитарный конвой {1}, машин: {2}, проходит {3}, время {4}. "
            "Доведите до своих подразделений и сообщите, когда это сделано.",
        ),
        "EVACUATION": _phrase(
            MessageKind.NOTIFY,
            (Slot.ID, Slot.NUMBER, Slot.GRID, Slot.TIME),
            en="NOTICE. Medical evacuation {1}, vehicles: {2}, leaves {3} at {4}. "
            "Pass this down to your units and say when it is done.",
            fr="AVIS. Évacuation sanitaire {1}, véhicules : {2}, part de {3} à {4}. "
            "Transmettez à vos unités et dites quand c'est fait.",
            ar="إشعار. إخلاء طبي {1}، عدد المركبات: {2}، ينطلق من {3} في {4}. "
            "بلّغوا وحداتكم وأعلمونا عند إتمام ذلك.",
            ru="УВЕДОМЛЕНИЕ. Медицинская эвакуация {1}, машин: {2}, выходит из {3}, время {4}. "
            "Доведите до своих подразделений и сообщите, когда это сделано.",
        ),
        "POSITION_PASSING": _phrase(
            MessageKind.NOTIFY,
            (Slot.GRID, Slot.NUMBER, Slot.TIME),
            en="NOTICE. Our people are at {1}, to within {2} metres, as of {3}. "
            "Pass this down to your units and say when it is done.",
            fr="AVIS. Nos éléments se trouvent en {1}, à {2} mètres près, à la date de {3}. "
            "Transmettez à vos unités et dites quand c'est fait.",
            ar="إشعار. عناصرنا موجودة عند {1}، بدقة {2} من الأمتار، في {3}. "
            "بلّغوا وحداتكم وأعلمونا عند إتمام ذلك.",
            ru="УВЕДОМЛЕНИЕ. Наши люди находятся в точке {1}, точность в метрах: {2}, "
            "по состоянию на {3}. "
            "Доведите до своих подразделений и сообщите, когда это сделано.",
        ),
        "NEGATIVE_PRESENCE": _phrase(
            MessageKind.ANSWER,
            (Slot.GRID, Slot.TIME),
            en="STATEMENT. None of our people were at {1}, time {2}.",
            fr="DÉCLARATION. Aucun de nos éléments ne se trouvait en {1}, heure {2}.",
            ar="تصريح. لم يكن أي من عناصرنا عند {1}، التوقيت {2}.",
            ru="ЗАЯВЛЕНИЕ. Никого из наших людей не было в районе {1}, время {2}.",
        ),
        "LINE_DEGRADED": _phrase(
            MessageKind.NOTIFY,
            (Slot.ID, Slot.TIME, Slot.ID),
            en="NOTICE. Line {1} has been degraded since {2}. Use line {3}.",
            fr="AVIS. La ligne {1} est dégradée depuis {2}. Utilisez la ligne {3}.",
            ar="إشعار. الخط {1} متدهور منذ {2}. استخدموا الخط {3}.",
            ru="УВЕДОМЛЕНИЕ. Линия {1} работает с перебоями с {2}. Используйте линию {3}.",
        ),
        "LINE_DOWN": _phrase(
            MessageKind.NOTIFY,
            (Slot.ID, Slot.TIME, Slot.ID),
            en="NOTICE. Line {1} has been down since {2}. Send by relay through {3}.",
            fr="AVIS. La ligne {1} est coupée depuis {2}. Transmettez par le relais de {3}.",
            ar="إشعار. الخط {1} مقطوع منذ {2}. أرسلوا بالترحيل عبر {3}.",
            ru="УВЕДОМЛЕНИЕ. Линия {1} не работает с {2}. Передавайте через {3}.",
        ),
        "LINE_RESTORED": _phrase(
            MessageKind.NOTIFY,
            (Slot.ID, Slot.TIME),
            en="NOTICE. Line {1} has been open again since {2}.",
            fr="AVIS. La ligne {1} est rétablie depuis {2}.",
            ar="إشعار. عاد الخط {1} إلى العمل منذ {2}.",
            ru="УВЕДОМЛЕНИЕ. Линия {1} снова работает с {2}.",
        ),
        "BY_VOICE": _phrase(
            MessageKind.NOTIFY,
            (Slot.ID, Slot.TIME),
            en="NOTICE. I pass message {1} by voice, time {2}. Write it down and read it back.",
            fr="AVIS. Je transmets le message {1} de vive voix, heure {2}. "
            "Notez-le et collationnez-le.",
            ar="إشعار. أنقل الرسالة {1} صوتياً، التوقيت {2}. دوّنوها وأعيدوا قراءتها.",
            ru="УВЕДОМЛЕНИЕ. Передаю сообщение {1} голосом, время {2}. Запишите и повторите его.",
        ),
        "RELAY": _phrase(
            MessageKind.RELAY,
            (Slot.ID, Slot.ID, Slot.ID),
            en="RELAY. I pass on message {1} from {2} to {3}, unchanged.",
            fr="RELAIS. Je transmets sans changement le message {1} de {2} à {3}.",
            ar="ترحيل. أنقل الرسالة {1} من {2} إلى {3} دون تغيير.",
            ru="РЕТРАНСЛЯЦИЯ. Передаю без изменений сообщение {1} от {2} для {3}.",
        ),
        "HANDOVER": _phrase(
            MessageKind.HANDOVER,
            (Slot.ID, Slot.TIME),
            en="HANDOVER. The watch of {1} changes, time {2}. All that is open was read back.",
            fr="RELÈVE. La permanence de {1} change, heure {2}. "
            "Tout ce qui est en cours a été collationné.",
            ar="تسليم المناوبة. تتغير مناوبة {1}، التوقيت {2}. أُعيدت قراءة كل ما هو مفتوح.",
            ru="СДАЧА ДЕЖУРСТВА. Смена дежурства {1}, время {2}. Всё незакрытое зачитано.",
        ),
        "POINTER": _phrase(
            MessageKind.NOTIFY,
            (Slot.TIME, Slot.ID),
            en="NOTICE. You have a conflict within the six hours from {1}. Call line {2}.",
            fr="AVIS. Vous avez un conflit dans les six heures à partir de {1}. "
            "Appelez la ligne {2}.",
            ar="إشعار. لديكم تعارض خلال الساعات الست ابتداءً من {1}. اتصلوا على الخط {2}.",
            ru="УВЕДОМЛЕНИЕ. У вас конфликт в течение шести часов с {1}. Звоните по линии {2}.",
        ),
        "NO_CONFLICT_FOUND": _phrase(
            MessageKind.ANSWER,
            (Slot.NUMBER, Slot.TIME),
            en="ANSWER. No conflict found with what had been told by {2}; "
            "number of parties that told: {1}. This permits nothing.",
            fr="RÉPONSE. Aucun conflit trouvé avec ce qui avait été déclaré à {2} ; "
            "nombre de parties déclarantes : {1}. Ceci n'autorise rien.",
            ar="جواب. لم يُعثر على تعارض مع ما أُبلغ به حتى {2}؛ "
            "عدد الأطراف المبلّغة: {1}. هذا لا يجيز شيئاً.",
            ru="ОТВЕТ. Конфликтов с тем, что было сообщено к {2}, не найдено; "
            "число сообщивших сторон: {1}. Это ничего не разрешает.",
        ),
        "UNKNOWN": _phrase(
            MessageKind.ANSWER,
            (Slot.ID,),
            en="ANSWER. UNKNOWN: the desk cannot judge {1}. It is not deconflicted.",
            fr="RÉPONSE. INCONNU : le bureau ne peut pas juger {1}. "
            "La déconfliction n'est pas assurée.",
            ar="جواب. غير معلوم: لا يستطيع المكتب الحكم على {1}. منع التصادم غير مضمون.",
            ru="ОТВЕТ. НЕИЗВЕСТНО: оценить {1} невозможно. Деконфликтация не обеспечена.",
        ),
        "NOTICE_WITHDRAWN": _phrase(
            MessageKind.WITHDRAW,
            (Slot.ID, Slot.TIME),
            en="WITHDRAWN. Notice {1} is withdrawn as of {2}. What was told cannot be untold.",
            fr="RETRAIT. L'avis {1} est retiré à compter de {2}. "
            "Ce qui a été communiqué ne peut être repris.",
            ar="سحب. سُحب الإشعار {1} اعتباراً من {2}. ما أُبلغ به لا يمكن محوه.",
            ru="ОТЗЫВ. Уведомление {1} отозвано с {2}. Уже сообщённое вернуть нельзя.",
        ),
        "OWED": _phrase(
            MessageKind.NOTIFY,
            (Slot.ID, Slot.TIME),
            en="NOTICE. {1} awaits your answer by {2}.",
            fr="AVIS. {1} attend votre réponse avant {2}.",
            ar="إشعار. {1} بانتظار جوابكم قبل {2}.",
            ru="УВЕДОМЛЕНИЕ. {1}: ожидается ваш ответ до {2}.",
        ),
        "OVERDUE": _phrase(
            MessageKind.NOTIFY,
            (Slot.ID, Slot.TIME),
            en="OVERDUE. Your answer to {1} was due at {2}. Answer now.",
            fr="EN RETARD. Votre réponse à {1} était attendue à {2}. Répondez maintenant.",
            ar="متأخر. كان جوابكم على {1} مستحقاً في {2}. أجيبوا الآن.",
            ru="ПРОСРОЧЕНО. Ваш ответ на {1} ожидался к {2}. Ответьте сейчас.",
        ),
    }
)
"""Every phrase of the book by its code, which is the same in every language."""
