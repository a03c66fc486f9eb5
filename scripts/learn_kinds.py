"""Learn of what kind a statement is from the labelled reports: writes the tables of `learned`.

    python scripts/learn_kinds.py

It needs the model and the parser (`make grammar`) and takes two minutes. What it learns from are
the open sets, the passages and the sentences under tests/reports; never a set that is held out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from openline.reports.encoder import load_encoder
from openline.reports.grammar import installed
from openline.reports.learned import NO_EVENT, NOTHING, PLAIN, features_of
from openline.reports.lexicon import Event, Stance
from openline.reports.making import Made
from openline.reports.reading import read_report
from report_scoring import Row, overlap, reports_of, speaks  # type: ignore[import-not-found]

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / "tests" / "reports"
SETS = ("dev", *(f"dev{n}" for n in range(2, 15)))
TABLES = ROOT / "src" / "openline" / "reports" / "data" / "kinds.npz"
ACTS = frozenset(
    [
        "denial",
        "supporting_account",
        "acknowledgement",
        "regret",
        "warning",
        "negative_presence",
        "correction",
    ]
)
JOINT = frozenset(["talks", "open_line", "agreement", "assurance", "evacuation", "convoy"])
PENALTY = 2.5
"""How much more a mistake is feared than a weight: chosen by passages that were left out."""


class Told(Struct, frozen=True):
    """Words that were handed on, by whom or by nobody, and what they are by their label."""

    text: str
    stance: Stance | None
    named: bool
    kind: str
    event: str
    """`NOTHING` in both where no label is of that sentence, nor allows a draft from it."""


class Listener:
    """Asked like whoever has learned: keeps what it is asked, and leaves the rules' word."""

    name = "listener"

    def __init__(self) -> None:
        self.asked: list[tuple[Made, str, Stance | None]] = []

    def kind(self, made: Made, text: str, stance: Stance | None) -> str:
        """The rules' own kind."""
        self.asked.append((made, text, stance))
        return made.kind


def from_report(data: bytes, name: str, labels: Row) -> Iterator[Told]:
    """What the rules hand on of a report, where just one label is of that sentence and speaker."""
    listener = Listener()
    read_report(data, name, grammar=installed(), learned=listener)
    for made, text, stance in listener.asked:
        who = made.speaker
        row = {"speaker": who.shown if who else None, "speaker_party": who and who.party}
        found = {
            (each["kind"], each["event"] or NO_EVENT)
            for each in labels["statements"]
            if overlap(made.sentence, each["sentence"]) and speaks(row, each)
        }
        if len(found) == 1:
            yield Told(text, stance, who is not None, *found.pop())
        elif not any(overlap(made.sentence, each) for each in _allowed(labels)):
            yield Told(text, stance, who is not None, NOTHING, NOTHING)


def _allowed(labels: Row) -> list[str]:
    labelled = [each["sentence"] for each in labels["statements"]]
    return [*labelled, *labels.get("optional", [])]


def from_kinds(text: str, kinds: Sequence[str]) -> Told:
    """A sentence by itself, with the kinds that are right for it."""
    event = next((each for each in kinds if each in set(Event)), NO_EVENT)
    act = next((each for each in kinds if each in ACTS), event if event in JOINT else PLAIN)
    return Told(text, Stance.SAY, True, act, event)


def from_nothing(text: str) -> Told:
    """A sentence that tells nothing."""
    return Told(text, Stance.SAY, True, NOTHING, NOTHING)


def from_passages(path: Path) -> Iterator[Told]:
    """What a file of passages teaches."""
    for number, line in enumerate(path.read_text().splitlines()):
        passage = json.loads(line)
        yield from from_report(passage["text"].encode(), f"{path.stem} {number}", passage)
        yield from map(from_nothing, passage["nothing"])


def everything() -> Iterator[Told]:
    """All that is learned from."""
    for each in SETS:
        for name, data, labels in reports_of(each):
            yield from from_report(data, name, labels)
            yield from (from_nothing(row) for row in labels["left_out"] if len(row.split()) > 4)
    for path in sorted((REPORTS / "passages").glob("*.jsonl")):
        yield from from_passages(path)
    for path in sorted((REPORTS / "sentences").glob("*.jsonl")):
        for line in path.read_text().splitlines():
            row = json.loads(line)
            yield from_kinds(row["sentence"], row["kinds"])
    for row in json.loads((REPORTS / "our_own.json").read_text()):
        for sentence, kinds, *_ in row["said"]:
            yield from_kinds(sentence, kinds.split())
    for row in json.loads((REPORTS / "ways_of_saying.json").read_text()):
        if row.get("kinds"):
            yield from_kinds(row["text"], row["kinds"])


def fit(features: NDArray[np.float64], answers: Sequence[str]) -> tuple[list[str], Any]:
    """Softmax regression with a ridge: the answers, and a row of weights for each.

    The last of a row stands by itself, whatever the features are.
    """
    names = sorted(set(answers))
    wide = np.hstack([features, np.ones((len(features), 1))])
    right = np.array([[answer == name for name in names] for answer in answers], dtype=float)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(len(names), -1)
        scores = wide @ weights.T
        scores -= scores.max(axis=1, keepdims=True)
        total = np.log(np.exp(scores).sum(axis=1))
        wrong = float((total - (scores * right).sum(axis=1)).sum()) * PENALTY
        ridge = weights.copy()
        ridge[:, -1] = 0
        slope = PENALTY * (np.exp(scores - total[:, None]) - right).T @ wide + ridge
        return wrong + float((ridge**2).sum()) / 2, slope.ravel()

    start = np.zeros(len(names) * wide.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return names, found.x.reshape(len(names), -1)


def learn(told: Sequence[Told]) -> dict[str, Any]:
    """The tables, as they are kept."""
    encoder = load_encoder()
    if encoder is None:
        raise SystemExit("learn_kinds: the model is not installed. Run: make grammar")
    rows = [features_of(encoder, each.text, each.stance, named=each.named) for each in told]
    features = np.array(rows, dtype=np.float64)
    kinds, of_kinds = fit(features, [each.kind for each in told])
    events, of_events = fit(features, [each.event for each in told])
    return {
        "kinds": of_kinds.astype(np.float16),
        "kinds_names": np.array(kinds),
        "events": of_events.astype(np.float16),
        "events_names": np.array(events),
    }


def main() -> None:
    """Writes the tables."""
    told = list(everything())
    np.savez_compressed(TABLES, **learn(told))
    print(f"learned from {len(told)} statements: {TABLES.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
