"""Reading reports: ours against a reader that looks for words alone, on the labelled reports.

    python benchmarks/reports.py [ROUNDS]

The peer is what one writes in an hour: a sentence with a word of an event is a draft of it, the
capitals before the first verb of saying are its speaker, whoever stands before the event did it.
Both are scored by the same rules (tests/reports/score_rules.md) on each set, and figures alone are
printed, with those of each style. Where no set is held out, its row says so. Where the parser and
the model of language are installed (`make grammar`), each set is read with them too.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from openline.reports import grammar, learned
from openline.reports.reading import read_report
from report_scoring import Read, is_there, reports_of, score  # type: ignore[import-not-found]

PEER = "words alone"
BARS = ("precision", "recall_attributed", "swapped")
WORDS = {
    "crossing": "crossed", "strike": "struck|bombed|hit|strike", "firing": "fired|shelled|fire",
    "capture": "captured|seized", "hold": "controls?|holds?|held", "talks": "talks|met",
    "open_line": "hotline|line", "agreement": "agreed|signed|truce", "convoy": "convoy",
    "evacuation": "evacuated|fled", "denial": "denied|rejected", "warning": "warned",
    "claim": "said|says|told",
}  # fmt: skip
SAID = re.compile(
    r"([A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*)[^.]{0,40}? (?:said|says|told|denied|warned)\b"
)


SETS = ("dev", *(f"dev{n}" for n in range(2, 15)), "held_out2", "held_out3", "held_out4")


def ours(data: bytes, name: str) -> list[dict[str, Any]]:
    """The drafts of the rules that come with openline."""
    return [msgspec.to_builtins(each) for each in read_report(data, name).drafts]


def with_models(data: bytes, name: str) -> list[dict[str, Any]]:
    """The drafts of the rules with the parser and what was learned, where they are installed."""
    drafted = read_report(data, name, grammar=grammar.installed(), learned=learned.installed())
    return [msgspec.to_builtins(each) for each in drafted.drafts]


def peer(data: bytes, _name: str) -> list[dict[str, Any]]:
    """The drafts of a reader that looks for words alone."""
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", data.decode("utf-8", "replace")))
    drafts = []
    for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z“\"])", text):
        kind = next(
            (k for k, words in WORDS.items() if re.search(rf"\b(?:{words})\b", sentence)), None
        )
        if kind is None:
            continue
        said = SAID.search(sentence)
        first = re.search(r"[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*", sentence)
        drafts.append(
            dict.fromkeys(
                ("target", "place", "lat", "lon", "accuracy_m", "when", "when_precision", "denies")
            )
            | {
                "kind": kind,
                "speaker": said[1] if said else None,
                "speaker_party": None,
                "actor": first[0] if first else None,
                "sentence": sentence,
                "denies": "it" if kind == "denial" else None,
                "confidence": 0.5,
            }
        )
    return drafts


def seconds(read: Read, half: str) -> float:
    """How long it takes to read a set once."""
    started = perf_counter()
    for name, data, _ in reports_of(half):
        read(data, name)
    return perf_counter() - started


def f1(figures: dict[str, Any]) -> float:
    """The harmonic mean of precision and recall."""
    precision, recall = figures["precision"] or 0.0, figures["recall"] or 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def main(rounds: int) -> None:
    """Prints one JSON row for each set: the figures, the peer's, and the ratio of their F1."""
    ours(b"The army said it was quiet.", "warm")
    for half in SETS:
        if not is_there(half):
            absent = f"tests/reports/{half} holds no labelled report"
            print(json.dumps({"benchmark": f"reports: {half}", "skipped": absent}))
            continue
        figures, theirs = score(half, ours), score(half, peer)
        took_s = min(seconds(ours, half) for _ in range(rounds))
        row = {
            "benchmark": f"reports: {half}",
            "peer": PEER,
            **{name: value for name, value in figures.items() if name != "half"},
            "limits": {"precision": 0.9, "recall_attributed": 0.7, "swapped": 0},
            "peer_precision": theirs["precision"],
            "peer_recall": theirs["recall"],
            "peer_swapped": theirs["swapped"],
            "reports_a_second": round(sum(1 for _ in reports_of(half)) / took_s),
            "times_the_peer": round(f1(figures) / max(f1(theirs), 0.001), 2),
        }
        if grammar.installed() is not None and learned.installed() is not None:
            beside = score(half, with_models)
            row |= {f"models_{name}": beside[name] for name in BARS}
        print(json.dumps(row))


if __name__ == "__main__":
    main(min(int(sys.argv[1]), 50) if len(sys.argv) > 1 else 5)
