"""The words that reports are read by: tables, and nothing that decides."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Stance(StrEnum):
    """What a speaker does by saying it."""

    SAY = "say"
    CONFIRM = "confirm"
    ACCUSE = "accuse"
    DENY = "deny"
    WARN = "warn"
    ADMIT = "admit"
    REGRET = "regret"
    ASSURE = "assure"
    CORRECT = "correct"
    SUPPORT = "support"


class Event(StrEnum):
    """What is told to have happened, or to hold."""

    CROSSING = "crossing"
    STRIKE = "strike"
    FIRING = "firing"
    ADVANCE = "advance"
    CAPTURE = "capture"
    HOLD = "hold"
    TALKS = "talks"
    OPEN_LINE = "open_line"
    AGREEMENT = "agreement"
    ASSURANCE = "assurance"
    WARNING = "warning"
    EVACUATION = "evacuation"
    CONVOY = "convoy"


def words_of(text: str) -> frozenset[str]:
    """The words of a text, as a set: a table that is read and not only looked up."""
    return frozenset(text.split())


def singular(word: str) -> str:
    """`parties` is of `party`, `officers` of `officer`; any other word as it is."""
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def _by_word(table: Mapping[str, str]) -> dict[str, str]:
    return {word: key for key, words in table.items() for word in words.split()}


SAYING: Final[Mapping[str, Stance]] = MappingProxyType(
    {
        word: Stance(stance)
        for word, stance in _by_word(
            {
                "say": """
                    said says say report claim insist allege urged urges demanded demands
                    told tells added adds noted notes stated states stressed
                    stresses
                    reported reports announced announces declared declares explained
                    explains recalled recalls
                    estimated estimates estimate insisted insists maintained maintains
                    argued reiterated
                    reiterates disclosed revealed complained described claimed claims
                    commented continued
                    wrote replied responded stipulated underlined emphasised emphasized
                    assessed counted
                    repeated testified recounted remarked observed quoted asserted asserts
                    contended put tweeted recounted recounts recollected conveyed relayed
                    signalled signaled indicated indicates informs informed notified notifies
                    cited mentioned mentions outlined spelled predicted predicts forecast
                    countered counters retorted retorts lamented laments volunteered ventured
                    boasted boasts bragged intoned mused quipped growled shouted whispered
                    summarised summarized summed echoed echoes concluded concludes urged urges
                    posted writes tweets expects believes thinks hopes documented detailed
                    logged tallied underscored underscores
                    argues assesses believed complains contends describes discloses emphasises
                    emphasizes reckons reckoned remarks replies responds reveals testifies
                    underlines considers elaborated grumbled grumbles joked jokes rejoined
                    repeats stipulates surmised thought hoped feared reaffirmed reaffirms
                    reasserted restated speculated confided attested attests calculated
                    calculates remembers regards forecasts
                    answered answers suggested suggests implied hinted hints advised advises
                """,
                "confirm": """
                    confirm confirmed confirms corroborated corroborates verified verifies affirmed
                    affirms
                """,
                "support": "seconded seconds",
                "accuse": """
                    accuse accused accuses blamed blames alleged alleges denounced denounces
                    condemned condemns charged faulted faults decried decries
                """,
                "deny": """
                    denied denies deny rejected rejects dismissed dismisses refuted refutes
                    disputed disputes contradicted contradicts rebutted rebuts repudiated
                    repudiates rubbished rubbishes debunked debunks disowned disavowed
                    disclaimed ridiculed ridicules mocked mocks discounted discounts contested
                    contests disagreed disagrees
                """,
                "warn": """
                    warn warned warns reminded reminds cautioned cautions threatened threatens
                    alerted alerts
                """,
                "admit": """
                    acknowledged acknowledges admitted admits conceded concedes confessed
                    confesses allowed accepted accepts
                """,
                "regret": "regretted regrets apologised apologized apologises apologizes",
                "assure": """
                    pledged pledges promised promises vowed vows guaranteed guarantees
                    assured assures reassured reassures undertook undertakes swore swears
                """,
                "correct": """
                    corrected corrects retracted retracts clarified clarifies rectified
                    rectifies
                """,
            }
        ).items()
    }
)
"""Verbs that hand on what somebody says; all are past or present, never infinitives."""
ALSO_NOUNS: Final = words_of("""
    say report claim reports claims
    states notes estimates estimate promises pledges vows put quoted posted
    continued observed described counted deny guarantees regrets forecast charged allowed
    indicated indicates counters faults suggested suggests implied cited summed mocks discounted
    discounts echoes conveyed volunteered predicted alerts spelled signalled signaled shouted
    accepted accepts regards remarks replies repeats forecasts considers
    answered answers contests echoed contested whispered threatened mocked
""")
"""Of these, those that are as often something else: they need more around them to be believed."""

PLURAL_SAYING: Final[Mapping[str, Stance]] = MappingProxyType(
    {
        word: Stance(stance)
        for word, stance in _by_word(
            {
                "say": """
                    say recall maintain insist report tell claim add estimate describe explain
                    complain state believe urge advise note recount argue allege relate
                    fear announce expect think hope write state contend concur
                """,
                "confirm": "confirm affirm corroborate",
                "accuse": "accuse blame denounce condemn",
                "deny": "deny dispute reject dismiss refute contradict contest rebut",
                "warn": "warn caution",
                "admit": "admit acknowledge concede",
                "regret": "regret apologise apologize",
                "assure": "pledge promise vow swear guarantee undertake assure",
            }
        ).items()
    }
)
"""Verbs of saying as several people's: `residents dispute`, `officials say`."""
PROGRESSIVE: Final[Mapping[str, Stance]] = MappingProxyType(
    {
        word: Stance(stance)
        for word, stance in _by_word(
            {
                "say": "saying reporting claiming telling insisting maintaining",
                "accuse": "alleging accusing blaming denouncing condemning",
                "deny": "denying disputing rejecting dismissing refuting",
                "warn": "warning",
                "assure": "promising vowing pledging",
                "confirm": "confirming",
                "admit": "admitting acknowledging conceding",
            }
        ).items()
    }
)
"""Verbs of saying that go on: `is saying that`, `was alleging that`."""

DETERMINERS: Final = words_of("""
    the a an its his her their our my this that these those some any no all both each every
    several many most more another one two three four five six seven eight nine ten dozens at
""")
PREPOSITIONS: Final = words_of("""
    in on at by from to into onto toward towards near along over across of for with without
    under between among against during after before since until about around outside inside
    through off behind beside below above within beyond amid despite following upon via per as
    than like including
""")
LINKS: Final = words_of("""
    and but while or as because that after although though whereas when which who whose where if
    whether before until since so yet unless
""")
BE: Final = words_of("is are was were be been being am")
AUXILIARIES: Final = BE | words_of("""
    has have had having will would can could may might must shall should do does did 's 're 've
    'd
""")
NEGATIONS: Final = words_of("""
    not no never nobody none nothing neither nor didn't don't doesn't wasn't weren't isn't
    aren't won't wouldn't hasn't haven't hadn't cannot can't couldn't
""")
ADVERBS: Final = words_of("""
    also later earlier then now still again ever just only even once already meanwhile however
    too yesterday today tomorrow tonight overnight twice first soon here there flatly
    nevertheless nonetheless likewise instead afterwards afterward thereafter moreover
    furthermore therefore thus indeed
""")
PRONOUNS: Final = words_of("he she it they we i you")
OWN: Final = words_of("we our ours us i my mine ourselves")
TIME_WORDS: Final = words_of("""
    monday tuesday wednesday thursday friday saturday sunday january february march april june
    july august september october november december jan feb mar apr jun jul aug sept sep oct nov
    dec morning afternoon evening night midnight noon dawn dusk nightfall sunset sunrise midday
    daybreak day week month year hours hour days
    weeks minutes late early yesterday today overnight
""")
ROLES: Final = words_of("""
    counterpart spokesman spokeswoman spokesperson commander
    commandant minister president premier official
    officer director head chief governor mayor coordinator envoy ambassador general leader
    secretary administrator doctor resident negotiator adviser advisor chairman chairwoman
    deputy captain colonel sheriff volcanologist facilitator diplomat source witness observer
    analyst representative delegate manager engineer pilot nurse surgeon mediator speaker
    controller dispatcher warden ranger lieutenant major sergeant brigadier admiral marshal
    forecaster meteorologist seismologist hydrologist lawmaker activist worker volunteer
    survivor driver farmer fisherman villager elder priest imam monk teacher ombudsman
    rapporteur superintendent inspector constable skipper master operator prefect
    commissioner councillor councilor clerk shopkeeper trader monitor marshal premier consul
    attache attaché prosecutor judge lawyer editor delegate responder paramedic medic
    interlocutor intermediary emissary legislator senator deputies congressman trustee
    undersecretary vice-minister participant secretary-general assemblyman guardsman
    firefighter policeman soldier fighter rebel militiaman grazer herder pastor bishop imam
    principal headteacher porter watchman guide captain fishermen crewman mariner sailor
    spokesperson interpreter negotiator arbiter chairperson scientist expert professor
""")
TITLES: Final = words_of("""
    gen lt col maj sgt capt cmdr adm brig cpl mr mrs ms dr prof rep sen gov pres general colonel
    major captain lieutenant brigadier admiral commander sergeant marshal president minister
    constable corporal inspector superintendent
    sheikh mayor chief king prince sir lord lady father sister commodore
""")
BODIES: Final = words_of("""
    ministry army military government coalition council agency office service department staff
    command mission committee organisation organization group party forces force alliance
    authority institute company centre center unit police navy guard bureau union federation
    nations corps brigade militia movement front embassy presidency cabinet parliament desk
    administration delegation delegations fund programme program league board press kremlin
    pentagon house state republic rebels guerrillas fighters militants insurgents separatists
    observatory monitor crescent cross association foundation commission airline operator
    operators institution hospital network secretariat cell brigades troops crew club society
    region district municipality faction affiliate division campaign team bank programme cluster
    council tribe clan village school university junta regime chairmanship presidency
    coastguard coastguards peacekeepers garrison directorate consulate chancellery chancellor
    consortium charity charities coordination hub cooperative headquarters task-force taskforce
    clinic operations squadron battalion regiment fleet directorate bureaux courts court
    tribunal treasury senate assembly congress resistance opposition confederation syndicate
    forecasters dispatch harbourmaster monarchy palace secretariat inspectorate prefecture
    firm startup supplier contractor carrier utility airport consortium newspaper broadcaster
    municipality protection patrol watch taskforce coalition partners cooperation liaison forces
""")
"""Heads of the names of what is not one person; with `s` at the end or not."""
NO_SPEAKER: Final = words_of("""
    which who that there what this these those everybody nobody somebody something anything
    number reports report rumours rumors claims posts footage video images
""")
NOT_A_NAME: Final = (
    words_of("""
    the a an in on at by but and he she it they we this that these those his her its their our
    after before when while as if for from with to of asked meanwhile however according no not
    also both several some many two three four five six around about under over along late early
    earlier
""")
    | TIME_WORDS
)
PLURAL_PEOPLE: Final = words_of("""
    officials officers residents witnesses sources drivers volunteers staff fishermen villagers
    soldiers diplomats doctors activists observers aides delegates people men women pilots
    locals monitors survivors workers leaders commanders ministers elders authorities spokesmen
    experts relatives families medics rescuers firefighters police farmers traders refugees
    neighbours neighbors coastguards peacekeepers forecasters nurses eyewitnesses farmers
    herders worshippers shopkeepers parents students prisoners passengers crews evacuees
    interlocutors fighters rebels militants insurgents investigators prosecutors engineers
    scientists analysts drivers truckers rangers teachers clerics commanders negotiators
    colleagues partners managers guards owners couriers councillors captains ferrymen boatmen
    shepherds nomads technicians controllers campers hikers skiers climbers tourists holidaymakers
    supporters guards boaters members
    couple pair trio family staff crew
    lawmakers senators mediators paramedics responders separatists sides parties masters
""")
PAPERS: Final = words_of("""
    statement communiqué communique bulletin letter note tweet message announcement website
    channel memo telegram advisory circular spokesmanship summary update dispatch readout
""")
FOR_NOBODY: Final = words_of("""
    resident farmer fisherman villager witness survivor driver worker teacher doctor elder monk
    priest activist volunteer nurse
""")
OFFICES: Final = words_of("""
    chief senior top deputy duty press military lead and of acting foreign defence defense
    interior prime finance health information separatist rebel opposition regional public
    external affairs vice former main local national-security security battalion
""")
