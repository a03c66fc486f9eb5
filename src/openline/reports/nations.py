"""One nation under its several names: its country, what is of it, and its capital."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_ROWS: Final = """
afghanistan afghan kabul taliban
albania albanian tirana
algeria algerian algiers
angola angolan luanda
argentina argentine buenos
armenia armenian yerevan
australia australian canberra
austria austrian vienna
azerbaijan azerbaijani azeri baku
bahrain bahraini manama
bangladesh bangladeshi dhaka
belarus belarusian minsk
belgium belgian brussels
bolivia bolivian
bosnia bosnian sarajevo
brazil brazilian brasilia
britain british london uk
bulgaria bulgarian sofia
burkina burkinabe ouagadougou
burundi burundian bujumbura gitega
cambodia cambodian phnom
cameroon cameroonian yaounde yaoundé
canada canadian ottawa
chad chadian ndjamena
chile chilean santiago
china chinese beijing
colombia colombian bogota bogotá
croatia croatian zagreb
cuba cuban havana
cyprus cypriot nicosia
denmark danish copenhagen
djibouti djiboutian
ecuador ecuadorian quito
egypt egyptian cairo
eritrea eritrean asmara
estonia estonian tallinn
ethiopia ethiopian addis
finland finnish helsinki
france french paris
georgia georgian tbilisi
germany german berlin
ghana ghanaian accra
greece greek hellenic athens
guatemala guatemalan
haiti haitian port-au-prince
honduras honduran tegucigalpa
hungary hungarian budapest
iceland icelandic reykjavik
india indian delhi
indonesia indonesian jakarta
iran iranian tehran
iraq iraqi baghdad
ireland irish dublin
israel israeli
italy italian rome
jamaica jamaican kingston
japan japanese tokyo
jordan jordanian amman
kazakhstan kazakh astana
kenya kenyan nairobi
kosovo kosovar pristina
kuwait kuwaiti
kyrgyzstan kyrgyz bishkek
laos lao laotian vientiane
latvia latvian riga
lebanon lebanese beirut
liberia liberian monrovia
libya libyan tripoli
lithuania lithuanian vilnius
malawi malawian lilongwe
malaysia malaysian kuala
mali malian bamako
mauritania mauritanian nouakchott
mexico mexican
moldova moldovan chisinau chişinău
mongolia mongolian ulaanbaatar
montenegro montenegrin podgorica
morocco moroccan rabat
mozambique mozambican maputo
myanmar burmese naypyidaw burma
namibia namibian windhoek
nepal nepali nepalese kathmandu
netherlands dutch hague
nicaragua nicaraguan managua
niger nigerien niamey
nigeria nigerian abuja
norway norwegian oslo
oman omani muscat
pakistan pakistani islamabad
palestine palestinian ramallah
panama panamanian
peru peruvian lima
philippines philippine filipino manila
poland polish warsaw
portugal portuguese lisbon
qatar qatari doha
romania romanian bucharest
russia russian moscow kremlin
rwanda rwandan kigali
senegal senegalese dakar
serbia serbian belgrade
singapore singaporean
slovakia slovak bratislava
slovenia slovenian ljubljana
somalia somali mogadishu
spain spanish madrid
sudan sudanese khartoum
sweden swedish stockholm
switzerland swiss bern
syria syrian damascus
taiwan taiwanese taipei
tajikistan tajik dushanbe
tanzania tanzanian dodoma
thailand thai bangkok
tunisia tunisian tunis
turkey turkish ankara türkiye
turkmenistan turkmen ashgabat
uganda ugandan kampala
ukraine ukrainian kyiv kiev
uzbekistan uzbek tashkent
venezuela venezuelan caracas
vietnam vietnamese hanoi
yemen yemeni sanaa
zambia zambian lusaka
zimbabwe zimbabwean harare
"""
_BY_NAME: Final[Mapping[str, str]] = MappingProxyType(
    {name: row.split()[0] for row in _ROWS.splitlines() if row for name in row.split()}
)


def nation_of(word: str) -> str | None:
    """The country that a word in lower case names: `moscow` and `russian` are `russia`.

    Two words that name one country may still be two sides of a war in it: this tells that names
    may be one, and that names are different, not that they are the same.
    """
    return _BY_NAME.get(word) or _BY_NAME.get(word.removesuffix("s"))
