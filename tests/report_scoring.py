"""Drafts held against labels, by the rules beside the labels (`tests/reports/score_rules.md`).

Figures alone come out of here: of a set that is held out nobody reads a sentence.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

REPORTS = Path(__file__).resolve().parent / "reports"
LABELS = ".labels.json"
Row = dict[str, Any]
Read = Callable[[bytes, str], Sequence[Row]]
BARE = frozenset(
    [
        "spokesman",
        "spokeswoman",
        "official",
        "officials",
        "commander",
        "minister",
        "source",
        "sources",
    ]
)
UNDIRECTED = frozenset({"talks", "agreement", "open_line"})
FIRST_PERSON = frozenset({"we", "us", "our", "ours", "i", "my"})


def is_there(half: str) -> bool:
    """Whether a set holds any labelled report; the one held out may be yet to come."""
    return any((REPORTS / half).glob(f"*{LABELS}"))


def reports_of(half: str) -> Iterator[tuple[str, bytes, Row]]:
    """Each report of a set: its name, its bytes, its labels.

    Raises:
        FileNotFoundError: the set holds none; figures of nothing would read as figures.
    """
    if not is_there(half):
        raise FileNotFoundError(f"tests/reports/{half} holds no labelled report. Put one there.")
    for labels in sorted((REPORTS / half).glob(f"*{LABELS}")):
        name = labels.name.removesuffix(LABELS)
        (text,) = (p for p in (REPORTS / half).glob(f"{name}.*") if not p.name.endswith(LABELS))
        yield text.name, text.read_bytes(), json.loads(labels.read_text())


def plain(text: str | None) -> str:
    """A text as the rules compare it."""
    plainer = unicodedata.normalize("NFKC", text or "").casefold()
    plainer = re.sub(r"[’']s\b", "", plainer.replace("’", "'"))
    plainer = re.sub(r"[^\w\s]", " ", plainer)
    plainer = re.sub(r"\s+", " ", plainer).strip()
    return re.sub(r"^(?:the|an?|its|his|their) ", "", plainer)


def overlap(a: str, b: str) -> bool:
    """Whether two sentences are the same but for their ends."""
    one, other = plain(a), plain(b)
    if not one or not other:
        return False
    if one in other or other in one:
        return True
    words, others = Counter(one.split()), Counter(other.split())
    return (words & others).total() >= 0.6 * min(words.total(), others.total())


def same_name(a: str | None, b: str | None) -> bool:
    """One name holds the other, by a whole word that says something."""
    one, other = plain(a), plain(b)
    if not one or not other:
        return False
    short, long = sorted((one, other), key=len)
    if not re.search(rf"(?<!\w){re.escape(short)}(?!\w)", long):
        return False
    if short in BARE and short != long:
        return False
    written = (a or "") if plain(a) == short else (b or "")
    acronym = any(each.isupper() and len(each) > 1 for each in re.findall(r"\w+", written))
    return acronym or any(len(each) >= 4 for each in short.split()) or short == long


def speaks(draft: Row, label: Row) -> bool:
    """Whether the draft's speaker is the label's."""
    theirs = [draft["speaker"], draft["speaker_party"]]
    wanted = [label["speaker"], label["speaker_party"]]
    if not any(theirs):
        return not any(wanted) or bool(label.get("speaker_implied"))
    return any(same_name(a, b) for a in theirs for b in wanted if a and b)


def is_denial(draft: Row) -> bool:
    """Whether the draft says that something did not happen."""
    return draft["kind"] == "denial" or draft["denies"] is not None


def same_kind(draft: Row, label: Row) -> int:
    """How well the kinds agree; 0 where they do not."""
    if label["kind"] == "denial" and not is_denial(draft):
        return 0
    if is_denial(draft) and label["kind"] not in {"denial", "correction"}:
        return 0
    kind = draft["kind"] == label["kind"]
    event = label["event"] is not None and draft["kind"] == label["event"]
    return 3 * (kind and event) or 2 * kind or int(event)


def matches(drafts: Sequence[Row], labels: Sequence[Row]) -> list[tuple[int, int]]:
    """Pairs of a draft and a label, each once, the best first, as many as there can be."""
    fits = {
        (d, n): grade
        for d, draft in enumerate(drafts)
        for n, label in enumerate(labels)
        if overlap(draft["sentence"], label["sentence"])
        and speaks(draft, label)
        and (grade := same_kind(draft, label))
    }
    drafted: dict[int, int] = {}
    labelled: dict[int, int] = {}

    def settle(draft: int, seen: set[int]) -> bool:
        choices = sorted((n for d, n in fits if d == draft), key=lambda n: -fits[draft, n])
        for label in choices:
            if label in seen:
                continue
            seen.add(label)
            if label not in labelled or settle(labelled[label], seen):
                labelled[label] = draft
                drafted[draft] = label
                return True
        return False

    for draft in sorted(
        {d for d, _ in fits}, key=lambda d: -max(g for (e, _), g in fits.items() if e == d)
    ):
        settle(draft, set())
    return sorted((d, n) for n, d in labelled.items())


def swapped(draft: Row, labels: Sequence[Row], every: Sequence[Row], drafts: Sequence[Row]) -> bool:
    """Whether the draft takes the accused for the claimant, or who was hit for who did it."""
    here = [each for each in labels if overlap(draft["sentence"], each["sentence"])]
    if not here:
        return False
    theirs = [each for each in (draft["speaker"], draft["speaker_party"]) if each]
    others = [each[side] for each in here for side in ("actor", "target") if each[side]]
    for each in here:
        if isinstance(each["denies"], int) and every[each["denies"]]["speaker"]:
            others.append(every[each["denies"]]["speaker"])
    own = [each[side] for each in here for side in ("speaker", "speaker_party") if each[side]]
    first = any(same_name(a, b) for a in theirs for b in others) and not any(
        same_name(a, b) for a in theirs for b in own
    )
    return first or all(_turned(draft, each) for each in here) or _denies_own(draft, drafts)


def _turned(draft: Row, label: Row) -> bool:
    if label["event"] in UNDIRECTED or label["actor"] is None:
        return False
    actor, target = (_own(draft[side], draft) for side in ("actor", "target"))
    by, to = (_own(label[side], label) for side in ("actor", "target"))
    turned = same_name(actor, to) and not same_name(actor, by)
    return turned or (same_name(target, by) and not same_name(target, to))


def _own(text: str | None, row: Row) -> str | None:
    if text and text.lower().split()[0] in FIRST_PERSON:
        return row["speaker_party"] or row["speaker"] or text
    return text


def _denies_own(draft: Row, drafts: Sequence[Row]) -> bool:
    if not isinstance(draft["denies"], int) or draft["kind"] == "correction":
        return False
    denied = drafts[draft["denies"]]
    return bool(draft["speaker"] and draft["speaker"] == denied["speaker"])


def score(half: str, read: Read) -> dict[str, Any]:
    """All figures of a set, added over its reports."""
    total: Counter[str] = Counter()
    by_style: dict[str, Counter[str]] = {}
    for name, data, labels in reports_of(half):
        counted = score_one(read(data, name), labels)
        total += counted
        by_style[style_of(name)] = counted
    return {
        "half": half,
        **_figures(total),
        "by_style": {style: _figures(each) for style, each in sorted(by_style.items())},
    }


def style_of(name: str) -> str:
    """What kind of report it is, as its name says, without the place it is of."""
    return "_".join(name.split(".")[0].split("_")[1:3])


def score_one(drafts: Sequence[Row], labels: Row) -> Counter[str]:
    """What one report adds to the figures."""
    said = labels["statements"]
    pairs = matches(drafts, said)
    matched = {d for d, _ in pairs}
    counted: Counter[str] = Counter(labels=len(said), true=len(pairs))
    attributed = {n for n, each in enumerate(said) if each["speaker"] or each["speaker_party"]}
    counted["attributed"] = len(attributed)
    counted["attributed_true"] = sum(n in attributed for _, n in pairs)
    neutral = _neutral(drafts, matched, labels)
    counted["neutral"] = len(neutral)
    counted["drafts"] = len(drafts) - len(neutral)
    counted["left_out_hits"] = sum(_overlaps(d["sentence"], labels["left_out"]) for d in drafts)
    counted["swapped"] = sum(swapped(each, said, said, drafts) for each in drafts)
    for d, n in pairs:
        counted += _finer(drafts, d, said, n, {b: a for a, b in pairs}, labels)
    return counted


def _overlaps(sentence: str, texts: Sequence[str]) -> bool:
    return any(
        plain(each) and (plain(each) in plain(sentence) or plain(sentence) in plain(each))
        for each in texts
    )


def _neutral(drafts: Sequence[Row], matched: set[int], labels: Row) -> set[int]:
    found: set[int] = set()
    further: Counter[str] = Counter()
    for number, draft in enumerate(drafts):
        if number in matched or _overlaps(draft["sentence"], labels["left_out"]):
            continue
        if _overlaps(draft["sentence"], labels["optional"]):
            found.add(number)
            continue
        here = [e for e in labels["statements"] if overlap(draft["sentence"], e["sentence"])]
        right = any(speaks(draft, each) for each in here)
        if (
            right
            and not swapped(draft, here, labels["statements"], drafts)
            and not further[here[0]["sentence"]]
        ):
            further[here[0]["sentence"]] += 1
            found.add(number)
    return found


def _finer(
    drafts: Sequence[Row],
    d: int,
    said: Sequence[Row],
    n: int,
    draft_of: dict[int, int],
    labels: Row,
) -> Counter[str]:
    draft, label = drafts[d], said[n]
    counted: Counter[str] = Counter()
    if label["kind"] in {"denial", "correction"} and isinstance(label["denies"], int):
        counted["links"] += 1
        counted["links_right"] += draft["denies"] is not None and draft["denies"] == draft_of.get(
            label["denies"], -1
        )
    if label["place"]:
        counted["places"] += 1
        a, b = plain(draft["place"]), plain(label["place"])
        counted["places_right"] += bool(a) and (a in b or b in a)
    if label["lat"] is not None:
        counted["fixes_wanted"] += 1
        if draft["lat"] is not None:
            counted["fixes"] += 1
            allowed_km = label["tolerance_km"] + min(50.0, draft["accuracy_m"] / 1000.0)
            counted["fixes_right"] += _apart_km(draft, label) <= allowed_km
    elif draft["lat"] is not None and not label["place"]:
        counted["invented_fixes"] += 1
    if label["when"]:
        counted["whens"] += 1
        counted["whens_right"] += _same_time(draft["when"], label["when"], label["when_precision"])
    return counted


def _apart_km(a: Row, b: Row) -> float:
    lat = math.radians((a["lat"] + b["lat"]) / 2)
    return 111.2 * math.hypot(a["lat"] - b["lat"], (a["lon"] - b["lon"]) * math.cos(lat))


def _same_time(draft: str | None, label: str, precision: str) -> bool:
    if not draft:
        return False
    if precision == "month" or len(draft) < len("2017-09-18"):
        return draft[:7] == label[:7]
    day = date.fromisoformat(label[:10])
    return date.fromisoformat(draft[:10]) in {day, day - timedelta(days=1)}


def _figures(counted: Counter[str]) -> dict[str, Any]:
    def share(part: str, whole: str) -> float | None:
        return round(counted[part] / counted[whole], 3) if counted[whole] else None

    return {
        "labels": counted["labels"],
        "drafts": counted["drafts"],
        "precision": share("true", "drafts"),
        "recall": share("true", "labels"),
        "recall_attributed": share("attributed_true", "attributed"),
        "swapped": counted["swapped"],
        "left_out_hits": counted["left_out_hits"],
        "neutral": counted["neutral"],
        "links": share("links_right", "links"),
        "place_words": share("places_right", "places"),
        "fixes_found": share("fixes", "fixes_wanted"),
        "fixes_right": share("fixes_right", "fixes"),
        "invented_fixes": counted["invented_fixes"],
        "when": share("whens_right", "whens"),
    }
