"""A second opinion, by what hangs on what: of what kind a statement is that the words leave open.

The rules look for words that stand near each other. Here the subject, the object and the negation
of what is told are known, so that few and wide tables of verbs and things do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from openline.reports.grammar import Parsed
from openline.reports.joint import Told
from openline.reports.lexicon import BODIES, OWN, words_of
from openline.reports.sentences import Word

_NOBODY: Final = words_of("nobody nothing none no-one noone neither nowhere")
_NO: Final = words_of("no neither nary")
_PERCEIVE: Final = words_of("""
    see hear find observe detect notice spot sight record register encounter meet locate track
    identify pick discern glimpse witness uncover discover watch log show catch recover turn come
    count smell feel trace
""")
_BE_THERE: Final = words_of("be remain stay exist stand lie appear move show present")
_DO: Final = words_of("""
    hit strike fire shell bomb attack target aim cross enter leave send lend launch use fly drop
    shoot order approach advance capture seize violate breach withdraw sign agree promise plan
    take touch harm kill wound damage destroy open lay plant arm support train shelter deploy
    station move come go pass get set have do make give provide supply withhold block stop close
    jam lock engage intercept ram chase pursue follow raid search occupy hold cut mine dig carry
    operate work act break intrude stray reach overfly throw point sell ship transfer host pay
    authorise authorize approve act abandon lose surrender
""")
_THINGS_THERE: Final = words_of("""
    troop soldier force fighter aircraft plane personnel unit vessel ship boat man people person
    drone jet vehicle armour armor tank helicopter movement craft truck lorry convoy warship
    gunboat submarine activity presence gunman militant civilian crew military one fire shot
    shooting shelling explosion blast traffic signal transmission mine light smoke patrol column
    flight survivor body wreckage trace sign evidence gun battery launcher
    checkpoint post ash oil leak debris obstacle stop quadcopter balloon radar contact trail
    gunfire trespasser swimmer passenger sound firing impact crater technical camel engine
""")
_LEAVE: Final = words_of("evacuate flee relocate depart escape")
_CARRY: Final = words_of("""
    move bring take wheel carry bus ferry airlift fly lift transfer relocate remove lead escort
    ship evacuate drive rescue haul transport hoist winch shift
    accommodate shelter house
""")
_PEOPLE: Final = words_of("""
    people person civilian resident family patient villager child woman household inhabitant
    evacuee passenger pilgrim tourist worker staff pupil student elder crew wounded inmate refugee
    injure wound trapped survivor detainee camper guest nurse man injured casualty islander
    neighbour neighbor
    member prisoner hiker climber sailor fisherman miner baby orphan
""")
_AWAY: Final = words_of("out away off from to into aboard")
_LOADS: Final = words_of("truck lorry convoy barge bus vehicle ambulance tanker wagon column ferry")
_AID: Final = words_of("""
    aid relief food flour maize wheat grain medicine fuel water supply supplies medical
    humanitarian insulin tent blanket vaccine
""")
_TRAVEL: Final = words_of("""
    cross reach arrive set leave depart drive roll pass enter turn wait deliver unload travel head
    return hold stop strand stick get proceed move go come carry bring take run
""")
_EMPTY: Final = words_of("stop get make do go")
"""Verbs that say what was not done only with what they were not done to."""
_NO_SIGHT: Final = words_of("come turn show feel")
"""Verbs that are of perceiving only with a word beside them, or of what is shown."""
_WHERE_ONE_IS: Final = words_of("near there responsible involved")
_NO_ACT: Final = words_of("""
    pursue attack fire strike shoot enter cross harm hinder interfere target block impede seize
    use open advance resume move touch stop bomb shell occupy hold detain obstruct approach fly
    renew violate
""")


class Clause(Struct, frozen=True):
    """A verb of a sentence with what hangs on it."""

    words: Sequence[Word]
    parsed: Parsed
    verb: int

    @property
    def lemma(self) -> str:
        """The verb as a dictionary has it."""
        return self.parsed.lemmas[self.verb]

    @property
    def subject(self) -> int | None:
        """The head of its subject, that of the verb which it is joined to included."""
        verb = self.verb
        for _ in range(4):
            if found := self.parsed.children(verb, "nsubj", "nsubjpass", "expl"):
                return found[-1]
            if self.parsed.relations[verb] not in {"conj", "xcomp", "aux", "auxpass"}:
                return None
            verb = self.parsed.heads[verb]
        return None

    @property
    def objects(self) -> list[int]:
        """The heads of what it is done to, or of what the subject is."""
        return self.parsed.children(self.verb, "dobj", "attr", "oprd")

    @property
    def modals(self) -> set[str]:
        """`will`, `could` and the like before it."""
        return {self.words[n].low for n in self.parsed.children(self.verb, "aux")}

    def is_none(self, at: int) -> bool:
        """Whether a noun is `no soldier`, `nothing`, `none of …`, `not one …`."""
        if self.words[at].low in _NOBODY:
            return True
        low = self.parsed.phrase(at, "relcl", "acl", "prep", "appos", "conj")[0]
        opening = [self.words[n].low for n in range(low, at)]
        return bool(set(opening) & _NO) or opening[:2] in (["not", "one"], ["not", "a"])

    @property
    def negated(self) -> bool:
        """Whether it is said not to be so, by `not`, by its subject or by its object."""
        never = any(self.words[n].low == "never" for n in self.parsed.children(self.verb))
        if self.verb in self.parsed.negated or never:
            return True
        heads = [*self.objects, *self.parsed.children(self.verb, "acomp")]
        heads += [] if self.subject is None else [self.subject]
        return any(map(self.is_none, heads))


def kind_by_grammar(
    words: Sequence[Word], parsed: Parsed, start: int, stop: int, side: str
) -> str | None:
    """What a plain claim is after all, by what hangs on what tells it; None where it is one.

    Args:
        start, stop: between which words what is told stands.
        side: whom the speaker speaks for; empty where nobody knows.
    """
    for verb in _told_verbs(parsed, start, stop):
        clause = Clause(words, parsed, verb)
        if kind := _unseen(clause) or _not_done(clause, side) or _moved(clause):
            return kind
    return None


def parties_by_grammar(words: Sequence[Word], parsed: Parsed, told: Told) -> Told:
    """An event without whoever the rules took for the other: the object did not do it."""
    if not parsed.is_verb(told.at):
        return told
    subjects = parsed.children(told.at, "nsubj")
    objects = parsed.children(told.at, "dobj", "nsubjpass")
    actor, target = told.actor, told.target
    if _names(actor, words, objects) and not _names(actor, words, subjects):
        actor = None
    if _names(target, words, subjects) and not _names(target, words, objects):
        target = None
    actor, target = (None if _is_no_name(each, words, parsed) else each for each in (actor, target))
    return replace(told, actor=actor, target=target)


def _is_no_name(text: str | None, words: Sequence[Word], parsed: Parsed) -> bool:
    """`Continue`, `and manoeuvred out of danger`: what ends in a verb, or goes on, names nobody."""
    written = (text or "").split()
    if not written:
        return False
    if written[0].lower() in {"and", "or", "but"}:
        return True
    last = [n for n, each in enumerate(words) if each.text == written[-1]]
    return bool(last) and all(parsed.tags[n] in {"VB", "VBD", "VBP", "VBZ", "MD"} for n in last)


def _names(text: str | None, words: Sequence[Word], heads: Sequence[int]) -> bool:
    named = (text or "").split()
    return any(words[at].text in named for at in heads)


def _told_verbs(parsed: Parsed, start: int, stop: int) -> list[int]:
    """The verbs of the main clauses between two words, those of `X says that …` included."""
    found: list[int] = []
    for at in range(start, stop):
        head = parsed.heads[at]
        outside = head == at or not start <= head < stop
        joined = parsed.relations[at] in {"conj", "ccomp", "parataxis"} and head in found
        if (outside or joined) and (parsed.is_verb(at) or parsed.relations[at] == "ROOT"):
            found.append(at)
    return found


def _unseen(clause: Clause) -> str | None:
    """`Found no ash`, `none of our crews has seen it`, `there is nobody left`."""
    if not clause.negated or clause.modals & {"will", "would"}:
        return None
    heads = [*clause.objects, *(() if clause.subject is None else (clause.subject,))]
    told = any(clause.parsed.lemmas[n] in _THINGS_THERE | _NOBODY for n in heads)
    if clause.lemma in _PERCEIVE - _NO_SIGHT:
        told = told or any(map(clause.is_none, clause.objects))
        return "negative_presence" if told and not _says_more(clause) else None
    left = clause.lemma == "leave" and clause.parsed.children(clause.verb, "auxpass")
    if told and (left or clause.lemma in _BE_THERE):
        return "negative_presence" if any(map(clause.is_none, heads)) else None
    return None


def _says_more(clause: Clause) -> bool:
    return bool(clause.parsed.children(clause.verb, "ccomp"))


def _not_done(clause: Clause, side: str) -> str | None:
    """`It hasn't sent a soldier`: what a side says it did not do, or will not."""
    if not side or not clause.negated or not _is_own(clause, side):
        return None
    if clause.modals & {"will", "would", "wo", "shall"}:
        return "assurance" if clause.lemma in _NO_ACT else None
    if clause.modals & {"can", "could", "may", "might", "must", "should"}:
        return None
    if clause.lemma == "be":
        near = {clause.words[n].low for n in range(*clause.parsed.phrase(clause.verb))}
        return "denial" if near & _WHERE_ONE_IS else None
    if clause.lemma in _EMPTY and not clause.objects:
        return None
    return "denial" if clause.lemma in _DO else None


def _is_own(clause: Clause, side: str) -> bool:
    """Whether the subject is the speaker's own side: `we`, `it`, `its men`, or its name."""
    if clause.subject is None:
        return False
    if clause.words[clause.subject].low in OWN | {"it", "they", "he", "she"}:
        return True
    low, high = clause.parsed.phrase(clause.subject, "relcl", "appos")
    phrase = {clause.words[n].low.removesuffix("'s") for n in range(low, high)}
    if phrase & (OWN | {"its", "their", "his", "her"}):
        return True
    named = {each.lower().removesuffix("'s") for each in side.split() if len(each) > 3}
    return bool(phrase & (named - BODIES))


def _moved(clause: Clause) -> str | None:
    """Lorries of food that go somewhere are a convoy; people who are taken away, evacuated."""
    parsed, subject = clause.parsed, clause.subject
    if subject is not None and parsed.lemmas[subject] in _LOADS and clause.lemma in _TRAVEL:
        near = {parsed.lemmas[n] for n in range(*parsed.phrase(clause.verb))}
        return "convoy" if near & _AID else None
    if clause.negated:
        return None
    taken = parsed.children(clause.verb, "dobj", "nsubjpass")
    people = any(
        parsed.lemmas[n] in _PEOPLE for each in taken for n in range(*parsed.phrase(each, "relcl"))
    )
    beside = parsed.children(clause.verb, "prt", "advmod", "prep")
    if clause.lemma in _CARRY and people and any(clause.words[n].low in _AWAY for n in beside):
        return "evacuation"
    leave = subject is not None and parsed.lemmas[subject] in _PEOPLE
    return "evacuation" if clause.lemma in _LEAVE and (leave or people) else None
