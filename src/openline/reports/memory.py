"""Whom a report has spoken of so far, so that `he`, `the ministry` and a surname find their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from openline.reports.lexicon import (
    ADVERBS,
    BODIES,
    LINKS,
    PLURAL_PEOPLE,
    PREPOSITIONS,
    ROLES,
    TITLES,
    singular,
)
from openline.reports.masthead import bodies_in, masthead, shouted_name
from openline.reports.nations import nation_of
from openline.reports.persons import Speaker
from openline.reports.sentences import Word, cut_sentences
from openline.reports.speakers import read_speaker
from openline.reports.subjects import is_finite

_ARTICLE = re.compile(
    r"^(?:the same|that same|the|a|an|its|his|her|their|our|this|both|one of the) ", re.IGNORECASE
)
_NAME = r"(?:[A-ZÀ-Þ][\w.'’-]*|al|el|ag|bin|de|van|von|der|da)"
_PRESENT = re.compile(
    r"\b(?P<role>(?i:spokes(?:man|woman|person)|(?:briefing|press) officer|briefer|speaker|"
    r"presented by|briefing by|moderator|commander|director|coordinator))\s*[:—–-]\s+"
    rf"(?P<who>{_NAME}(?: {_NAME}){{1,5}})"
)
ISSUED_BY = re.compile(
    r"\b(?i:compiled|issued|prepared|produced|released|published) by (?:the )?"
    r"(?P<who>[A-ZÀ-Þ][\w'’-]+(?: (?:[A-ZÀ-Þ][\w'’-]+|of|for|the|and|de|du|des)){1,8})(?=[,.;]|$|"
    r" on\b)"
)
"""Whoever a paper says that it is by."""
_GIVEN_BY = re.compile(
    r"\b(?:briefing|conference|remarks|statement|address|answers|interview|bulletin)\b[^:]{0,40}?"
    r"\b(?:by|of|with) (?:the )?(?P<who>[^:;()]{5,110})$",
    re.IGNORECASE,
)
"""Whoever a heading says that a briefing was given by."""
_OF_A_BRIEFING = re.compile(
    r"^(?:notes? (?:from|of|taken)|extracts? (?:from|of)|transcript|remarks|briefing|summary|"
    r"statement|answers|press)\b",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(
    r"^(?!.*(?:paper|caster|order|number|river|center|cluster|letter|carrier|tower|quarter|mitter|"
    r"computer|helicopter|cruiser|trawler|tanker|freighter)$)"
    r"\w{3,}(?:er|or|ist|man|woman|ian|ant|student|boy|girl|guard)$"
)
"""How the trade of one person ends: `the tourist who flew it` may be `he`."""
_DETERMINED = frozenset({"the", "a", "an", "its", "their"})
_SORTS = frozenset({"organisation", "organization", "group", "charity", "movement", "aid group"})
_OF_A_CRAFT = frozenset({"pilot", "captain", "driver", "skipper", "master", "crew", "owner"})
_OF_RANKS = frozenset({"air", "rear", "vice", "field"})
_PERSON = {"he", "she", "i"}
_HIS = frozenset({"mr", "sir", "sheikh", "imam", "father", "king", "prince", "lord", "brother"})
_HERS = frozenset({"mrs", "ms", "miss", "lady", "sister", "queen", "princess", "madam"})


def _is_other(met: Speaker, pronoun: str) -> bool:
    """Whether an office or a title tells that `he` or `she` is somebody else."""
    role = "" if met.role == "ombudsman" else met.role
    titles = {each.lower().strip(".") for each in met.shown.split()}
    if pronoun == "she":
        return (role.endswith("man") and not role.endswith("woman")) or bool(titles & _HIS)
    return pronoun == "he" and (role.endswith("woman") or bool(titles & _HERS))


def _office_before(words: Sequence[Word], at: int) -> int | None:
    """Where the office is that ends before a name: `minister`, `minister in Asmara`; or None."""
    back = at - 1
    while back > 0 and words[back].is_capital and words[back].low not in ROLES:
        back -= 1
    if back < at - 1 and back > 0 and words[back].low in {"in", "of", "from", "for", "at"}:
        back -= 1
    named = words[back].low in ROLES and not words[back].is_capital
    return back if named else None


def _ends_subject(words: Sequence[Word], at: int) -> bool:
    """Whether the subject that a sentence begins with ends here: at a comma or a finite verb."""
    return words[at].text == "," or is_finite(words, at)


class Memory:
    """Speakers and bodies in the order in which they were met, and who issued the report."""

    def __init__(self, headings: Iterable[str], opening: Iterable[str] = ()) -> None:
        self.last: Speaker | None = None
        self.issuer = ""
        self._met: list[Speaker] = []
        rows = list(headings)
        self.issuer = masthead(rows)
        for heading in rows:
            self._head(heading)
        for heading in rows:
            self._present(heading)
        for text in opening:
            if not self.issuer and (by := ISSUED_BY.search(text)):
                self.issuer = by["who"].strip()
            if _OF_A_BRIEFING.match(text) and (sentences := cut_sentences(text, 0)):
                self.introduce(sentences[0].words)

    def _head(self, heading: str) -> None:
        for body, role in bodies_in(heading):
            self._met.append(Speaker(shown=body, role=role, party=body))
            self.issuer = self.issuer or body
        self.issuer = self.issuer or shouted_name(heading)

    def _present(self, heading: str) -> None:
        """`Spokesman: Colonel X`: who speaks for whoever gives the briefing."""
        self._giver(heading)
        for found in _PRESENT.finditer(heading):
            sentence = cut_sentences(found["who"], 0)
            speaker = read_speaker(sentence[0].words) if sentence else None
            if speaker is not None and speaker.name:
                role = found["role"].lower().split()[-1]
                party = speaker.party or self.issuer
                self._met.append(replace(speaker, role=role, party=party))

    def _giver(self, heading: str) -> None:
        """`Briefing by the Spokesperson of the Foreign Office, X Y`: X Y speaks for it."""
        found = _GIVEN_BY.search(heading)
        sentence = cut_sentences(found["who"], 0) if found else []
        if not sentence:
            return
        words = sentence[0].words
        comma = next((n for n, each in enumerate(words) if each.text == ","), len(words))
        end = next((n for n in range(comma + 1, len(words)) if words[n].is_mark), len(words))
        speaker = read_speaker(words[:comma], words[comma + 1 : end])
        if speaker is not None and speaker.name:
            self._met.append(speaker)

    def resolve(self, speaker: Speaker, but: Speaker | None = None) -> Speaker | None:
        """Who is meant, by surname, role or pronoun; None for a pronoun that is nobody's.

        `but` is whoever is speaking: `he` is another.
        """
        found = self._resolved(speaker, but)
        if found is not None:
            self.last = found
            self._met.append(found)
        return found

    def introduce(self, words: Sequence[Word]) -> None:
        """`I spoke to Major X, who runs …`: whom a sentence in which nobody speaks brings in."""
        self._office_and_name(words)
        self._name_first(words)
        for at, word in enumerate(words):
            titled = word.low.rstrip(".") in TITLES and word.is_capital
            named = at > 0 and words[at - 1].is_capital and words[at - 1].low not in _OF_RANKS
            if not titled or word.quoted or named:
                continue
            end = at + 1
            while end < len(words) and (words[end].is_capital or words[end].text == "."):
                end += 1
            comma = next((n for n in range(end, len(words)) if words[n].text == ","), len(words))
            close = next(
                (n for n in range(comma + 1, len(words)) if words[n].text in {",", "."}), len(words)
            )
            beside = words[comma + 1 : close] if comma == end else ()
            speaker = read_speaker(words[at:end], beside) if end > at + 1 else None
            if speaker is not None and speaker.name:
                self._met.append(self._by_name(speaker))

    def _name_first(self, words: Sequence[Word]) -> None:
        """`Rob Hale, who was there, …`: a name that a sentence begins with."""
        end = next((n for n, each in enumerate(words) if not each.is_capital), len(words))
        if not 2 <= end <= 4 or end + 1 >= len(words) or words[end].text != ",":
            return
        if words[end + 1].low in {"who", "whose"} or words[end + 1].text.isdigit():
            speaker = read_speaker(words[:end], words[end + 1 : end + 2])
            if speaker is not None and speaker.name:
                self._met.append(self._by_name(speaker))

    def _office_and_name(self, words: Sequence[Word]) -> None:
        """`The spokesman, Gevorg Hakobyan, began with …`: whom the next sentences call `he`."""
        for at in range(1, min(16, len(words) - 2)):
            apart = words[at].text == ","
            start = at + 1 if apart else at
            office = _office_before(words, at)
            if office is None or not words[start].is_capital or words[start].quoted:
                continue
            first = next((n for n in range(office, 0, -1) if words[n].low in _DETERMINED), 0)
            end = next((n for n in range(start, len(words)) if not words[n].is_capital), len(words))
            closed = not apart or (end < len(words) and words[end].text == ",")
            if closed and 2 <= end - start <= 4:
                speaker = read_speaker(words[first:at], words[start:end])
                if speaker is not None and speaker.name:
                    self._met.append(self._by_name(speaker))
                    return

    def only_named(self, words: Sequence[Word]) -> Speaker | None:
        """The one person met of whom a sentence speaks by surname; None for none, or several."""
        capitals = {each.text for each in words if each.is_capital}
        found = {met.surname: met for met in self._met if met.name and met.surname in capitals}
        return next(iter(found.values())) if len(found) == 1 else None

    def hear(self, text: str, words: Sequence[Word] = ()) -> None:
        """Bodies that a sentence begins with, or names in brackets: `its spokesman` is theirs."""
        verb = next((n for n in range(1, min(len(words), 10)) if _ends_subject(words, n)), 0)
        subject = words[:verb]
        opened = subject[0].low if subject else ""
        led = opened in PREPOSITIONS | LINKS | ADVERBS | {"according", "asked", "accused"}
        if subject and not led and not any(each.is_mark or each.quoted for each in subject):
            last = subject[-1].low
            shown = " ".join(each.text for each in subject)
            shown = re.sub(r" (['’])", r"\1", shown)
            nation = len(subject) == 1 and nation_of(last) is not None
            if nation or ((last in BODIES or singular(last) in BODIES) and len(subject) > 1):
                party = _ARTICLE.sub("", shown)
                if party.lower() != last or nation:
                    self._met.append(Speaker(shown=shown, role=last, party=party))
        for short in re.findall(r"\bknown as (?:the )?([A-Z]{2,8})\b", text):
            self._met.append(Speaker(shown=short, role="group", party=short))

    def party(self, text: str) -> str:
        """The full name of a body that is spoken of by its last word: `mission`, `the ministry`."""
        plain = _ARTICLE.sub("", text).strip()
        if plain.lower() in {"its", "their", "his", "her", "own", ""}:
            return self._last_party()
        if any(each.isupper() for each in plain):
            return plain
        ends = {met.party for met in self._met if met.party.lower().endswith(" " + plain.lower())}
        if not ends and plain.lower() in _SORTS and (named := self._only_named()):
            return named
        return ends.pop() if len(ends) == 1 else plain  # of two ministries none is `the ministry`

    def _only_named(self) -> str:
        """The one body met whose name does not say what it is: `the group` is M23; else empty."""
        found = {
            met.party
            for met in self._met
            if met.party[:1].isupper()
            and not any(each in BODIES or nation_of(each) for each in met.party.lower().split())
        }
        return found.pop() if len(found) == 1 else ""

    def _last_party(self) -> str:
        return next((met.party for met in reversed(self._met) if met.party), "")

    def _resolved(self, speaker: Speaker, but: Speaker | None) -> Speaker | None:
        if speaker.pronoun:
            return self._by_pronoun(speaker.pronoun, but)
        if speaker.party == "our":
            speaker = replace(speaker, party=self.issuer)
        if speaker.name:
            return self._by_name(speaker)
        if (known := self._by_surname(speaker.shown)) is not None:
            return known
        if _ARTICLE.match(speaker.shown) and not any(each.isupper() for each in speaker.shown[1:]):
            return self._by_role(speaker)
        return speaker

    def _by_pronoun(self, pronoun: str, but: Speaker | None) -> Speaker | None:
        if pronoun == "we" and self.issuer:
            return Speaker(shown=self.issuer, party=self.issuer)
        if pronoun in {"we", "you"}:
            return None
        for met in reversed(self._met[-6:]):
            personal = bool(met.name) or met.role in ROLES or met.role.removesuffix("s") in ROLES
            somebody = met.role not in BODIES and _SOMEBODY.search(met.role) is not None
            single = (personal or somebody) and not met.role.endswith("s")
            if met == but and pronoun != "i":
                continue
            if pronoun in _PERSON and single and not _is_other(met, pronoun):
                return met
            several = met.role in PLURAL_PEOPLE and met.role != "staff"
            if pronoun == "it" and not (personal or somebody or several or met.pronoun):
                return met
            if pronoun == "they" and (not met.name):
                return met
        return None

    def _by_name(self, speaker: Speaker) -> Speaker:
        for met in reversed(self._met):
            alone = " " not in speaker.name and speaker.name in met.name.split()[:1]
            if met.name and (met.surname == speaker.surname or alone):
                return replace(met, party=met.party or self._for_whom(speaker))
        return replace(speaker, party=self._for_whom(speaker))

    def _for_whom(self, speaker: Speaker) -> str:
        """Of a bulletin, `the spokesman, X` speaks for whoever issued it."""
        if speaker.party or not speaker.role.startswith("spokes"):
            return self._own(speaker)
        return self.issuer

    def _own(self, speaker: Speaker) -> str:
        if speaker.party == "its" and speaker.role in _OF_A_CRAFT:
            return ""  # `its pilot`: the helicopter's, whoever it belongs to
        return self.party(speaker.party) if speaker.party else ""

    def _by_surname(self, shown: str) -> Speaker | None:
        plain = re.sub(r"['’]s$", "", shown)
        for met in reversed(self._met):
            if (
                met.name
                and plain
                and (met.surname == plain.split()[-1] or plain == met.name.split()[0])
                and len(plain.split()) <= 3
                and plain[0].isupper()
            ):
                return met
        return None

    def _by_role(self, speaker: Speaker) -> Speaker:
        """`the commander` is the one met before; `the ministry` keeps its words, and is that."""
        plain = set(_ARTICLE.sub("", speaker.shown).lower().split())
        for met in reversed(self._met):
            if not met.role or met.role != speaker.role or met.shown == speaker.shown:
                continue
            if plain <= {*met.shown.lower().split(), *met.party.lower().split(), met.role}:
                personal = met.role in ROLES or met.role.removesuffix("s") in ROLES or not met.party
                if personal and not speaker.party:
                    return met
                if met.party and not personal:
                    return replace(speaker, party=met.party)
        if speaker.shown.lower().startswith("our ") and self.issuer:
            return replace(speaker, party=self.issuer)
        return replace(speaker, party=self._own(speaker))
