"""Whom a report has spoken of so far, so that `he`, `the ministry` and a surname find their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from openline.reports.lexicon import BODIES, ROLES, TITLES
from openline.reports.nations import nation_of
from openline.reports.sentences import Word, cut_sentences
from openline.reports.speakers import Speaker, read_speaker

_ARTICLE = re.compile(r"^(?:the|a|an|its|his|her|their|our|this|both|one of the) ", re.IGNORECASE)
_PAPER_OF = re.compile(
    r"^(?:(?:a|the|official|joint|daily|press|regular|edited|full|media)\s+)*(?:summary|transcript|"
    r"statement|communiqu[ée]|briefing|bulletin|release|minutes|text|record|extracts?|notes?|"
    r"readout)s?\b.*?\b(?:by|of|from|at)\s+the\s+(?=(?:[\w'’-]+(?:\s+|$)){1,8}$)",
    re.IGNORECASE,
)
_COUNTRY = re.compile(
    r"^(?:the )?(?:[\w'’-]+ ){0,2}(?:republic|kingdom|federation|state|union|emirates)"
    r"(?: of (?:the )?[\w'’ -]+)?$",
    re.IGNORECASE,
)
_OUTLET = re.compile(
    r"\b(?:radio|fm|am|tv|television|news|live|broadcast\w*|programme|program|transcript|wave|"
    r"podcast|times|post|herald|gazette|tribune|chronicle|courier|journal|telegraph|wire|"
    r"magazine|voice|echo|morning show)\b|\b\d{2,3}[.,]\d\b",
    re.IGNORECASE,
)
_PAPER = re.compile(
    r"^(?:[\w'’-]+ ){0,3}?(?:situation report|sitrep|flash (?:update|report)|press (?:release|"
    r"briefing|conference|statement|note)|communiqu[ée]|bulletin|news release|field report|"
    r"humanitarian update|transcript|daily (?:brief|update|summary))\b(?! (?:by|of|from) )",
    re.IGNORECASE,
)
_NAME = r"(?:[A-ZÀ-Þ][\w.'’-]*|al|el|ag|bin|de|van|von|der|da)"
_PRESENT = re.compile(
    r"\b(?P<role>(?i:spokes(?:man|woman|person)|(?:briefing|press) officer|briefer|speaker|"
    r"presented by|briefing by|moderator|commander|director|coordinator))\s*[:—–-]\s+"
    rf"(?P<who>{_NAME}(?: {_NAME}){{1,5}})"
)
_SOMEBODY = re.compile(
    r"^(?!.*(?:paper|caster|order|number|river|center|cluster|letter|carrier|tower|quarter|mitter|"
    r"computer|helicopter|cruiser|trawler|tanker|freighter)$)"
    r"\w{3,}(?:er|or|ist|man|woman|ian|ant|student|boy|girl|guard)$"
)
"""How the trade of one person ends: `the tourist who flew it` may be `he`."""
_SORTS = frozenset({"organisation", "organization", "group", "charity", "movement", "aid group"})
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


def _is_masthead(headings: Sequence[str]) -> bool:
    """Whether the first heading is the name of who issues the paper that the second names."""
    words = headings[0].split()
    named = 1 <= len(words) <= 5 and all(
        each[0].isupper() or each in {"of", "for", "the", "and", "de", "sans", "des", "du"}
        for each in words
    )
    other = _OUTLET.search(headings[0]) or _COUNTRY.match(headings[0]) or _PAPER.match(headings[0])
    plain = headings[0].replace(" ", "").replace("-", "").replace("’", "").replace("'", "")
    return named and not other and plain.isalpha() and any(map(_PAPER.match, headings[1:3]))


class Memory:
    """Speakers and bodies in the order in which they were met, and who issued the report."""

    def __init__(self, headings: Iterable[str]) -> None:
        self.last: Speaker | None = None
        self.issuer = ""
        self._met: list[Speaker] = []
        rows = list(headings)
        if len(rows) > 1 and _is_masthead(rows):
            self.issuer = rows[0]
        for heading in rows:
            self._head(heading)
        for heading in rows:
            self._present(heading)

    def _head(self, heading: str) -> None:
        for part in re.split(r"\s+[—–|-]\s+|, ", heading):
            part, of_paper = _PAPER_OF.subn("", part)
            words = part.lower().split()
            bodies = [each for each in part.split() if each.lower().removesuffix("s") in BODIES]
            if bodies and not of_paper and all(each.islower() for each in bodies):
                continue  # `Population movements` heads a section
            if any(each.isdigit() for each in words):
                continue  # a day, a number of a bulletin: no name
            if _PAPER.match(part):
                continue  # `Situation report: X region` is what it is, and not whose
            if _COUNTRY.match(part):
                continue  # `REPUBLIC OF X` says what a report is about, and not whose it is
            if 1 < len(words) < 10 and any(
                each.strip(".,").removesuffix("s") in BODIES or each in BODIES for each in words
            ):
                role = next((each for each in words if each in BODIES), words[-1])
                self._met.append(Speaker(shown=part, role=role, party=part))
                self.issuer = self.issuer or part
        first = re.split(r"\s+[—–|]\s+", heading)[0]
        outlet = _OUTLET.search(heading) is not None or _COUNTRY.match(first) is not None
        named = first.isupper() and 2 <= len(first.split()) <= 6 and "—" in heading
        if not self.issuer and named and not outlet:
            self.issuer = first

    def _present(self, heading: str) -> None:
        """`Spokesman: Colonel X`: who speaks for whoever gives the briefing."""
        for found in _PRESENT.finditer(heading):
            sentence = cut_sentences(found["who"], 0)
            speaker = read_speaker(sentence[0].words) if sentence else None
            if speaker is not None and speaker.name:
                role = found["role"].lower().split()[-1]
                party = speaker.party or self.issuer
                self._met.append(replace(speaker, role=role, party=party))

    def resolve(self, speaker: Speaker) -> Speaker | None:
        """Who is meant, by surname, role or pronoun; None for a pronoun that is nobody's."""
        found = self._resolved(speaker)
        if found is not None:
            self.last = found
            self._met.append(found)
        return found

    def introduce(self, words: Sequence[Word]) -> None:
        """`I spoke to Major X, who runs …`: whom a sentence in which nobody speaks brings in."""
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

    def hear(self, text: str) -> None:
        """Bodies that a sentence begins with, or names in brackets: `its spokesman` is theirs."""
        named = re.match(
            r"^((?:The|A|An) )?((?:[\w'’-]+ ){0,3}?([\w-]+))(?=,| (?:said|says|has|had|was|"
            r"were|is|are)\b)",
            text,
        )
        if named and (named[3].lower() in BODIES) and named[2].lower() != named[3].lower():
            self._met.append(Speaker(shown=named[0], role=named[3].lower(), party=named[2]))
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

    def _resolved(self, speaker: Speaker) -> Speaker | None:
        if speaker.pronoun:
            return self._by_pronoun(speaker.pronoun)
        if speaker.party == "our":
            speaker = replace(speaker, party=self.issuer)
        if speaker.name:
            return self._by_name(speaker)
        if (known := self._by_surname(speaker.shown)) is not None:
            return known
        if _ARTICLE.match(speaker.shown) and not any(each.isupper() for each in speaker.shown[1:]):
            return self._by_role(speaker)
        return speaker

    def _by_pronoun(self, pronoun: str) -> Speaker | None:
        if pronoun == "we" and self.issuer:
            return Speaker(shown=self.issuer, party=self.issuer)
        if pronoun in {"we", "you"}:
            return None
        for met in reversed(self._met[-6:]):
            personal = bool(met.name) or met.role in ROLES or met.role.removesuffix("s") in ROLES
            somebody = met.role not in BODIES and _SOMEBODY.search(met.role) is not None
            single = (personal or somebody) and not met.role.endswith("s")
            if pronoun in _PERSON and single and not _is_other(met, pronoun):
                return met
            if pronoun == "it" and not personal and not met.pronoun:
                return met
            if pronoun == "they" and (not met.name):
                return met
        return None

    def _by_name(self, speaker: Speaker) -> Speaker:
        for met in reversed(self._met):
            if met.name and met.surname == speaker.surname:
                return replace(met, party=met.party or self._for_whom(speaker))
        return replace(speaker, party=self._for_whom(speaker))

    def _for_whom(self, speaker: Speaker) -> str:
        """Of a bulletin, `the spokesman, X` speaks for whoever issued it."""
        if speaker.party or not speaker.role.startswith("spokes"):
            return self._own(speaker)
        return self.issuer

    def _own(self, speaker: Speaker) -> str:
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
