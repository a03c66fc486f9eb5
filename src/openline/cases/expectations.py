"""What a case expects of the desk: predicates over the record, written apart from its inputs.

`expectations/*.json` hold, for each event and each planted fault, named predicates; and
`expectations/findings.json` the kinds of entry of which none may be unlisted: every one of them
must be matched by some predicate of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from importlib.resources.abc import Traversable
from typing import Any

import msgspec
from msgspec import Struct, field

from openline.cases.case import read_json
from openline.cases.replay import Outcome
from openline.domain.statement import Entry, kind_of


class Predicate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that must be so, by a name of its own.

    Either entries of a kind: `where` gives the values of fields by dotted path (a list holds what
    it is asked for), `by` the author's party, `readers` who must be among the readers and
    `hidden_from` who must not; `count` how many there must be (one or more if not said), `none`
    that there is none. Or what became of a step: `refused` with that slug. Or what the verifier
    makes of a copy that was tampered with: `tampering`, whose verdict must hold the words `says`.
    """

    name: str
    entry: str | None = None
    where: dict[str, Any] = {}
    by: str | None = None
    readers: tuple[str, ...] = ()
    hidden_from: tuple[str, ...] = ()
    no_earlier_than: datetime | None = None
    no_later_than: datetime | None = None
    count: int | None = None
    none: bool = False
    step: str | None = None
    refused: str | None = None
    tampering: str | None = None
    says: str | None = None


class Expected(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is expected of one event, or of one planted fault."""

    id: str
    text: str
    predicates: tuple[Predicate, ...]


class NoneUnlisted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Kinds of entry of which every one must be listed, and the listing of the remaining ones."""

    kinds: tuple[str, ...]
    predicates: tuple[Predicate, ...]


class Expectations(Struct, frozen=True, kw_only=True):
    """Everything a case expects."""

    events: tuple[Expected, ...]
    faults: tuple[Expected, ...]
    findings: NoneUnlisted


class Judged(Struct, frozen=True, kw_only=True):
    """One predicate as it came out: the entries that prove it, or why it does not hold."""

    name: str
    met: bool
    entries: tuple[int, ...] = ()
    why: str = ""


class JudgedEvent(Struct, frozen=True, kw_only=True):
    """One event or fault as it came out."""

    id: str
    text: str
    judged: tuple[Judged, ...]

    @property
    def met(self) -> bool:
        return all(each.met for each in self.judged)

    @property
    def entries(self) -> tuple[int, ...]:
        """The indices of all entries that prove it, each once, in order."""
        return tuple(sorted({index for each in self.judged for index in each.entries}))


class Judgement(Struct, frozen=True, kw_only=True):
    """The whole case as it came out. `unlisted` are findings that nothing expected."""

    events: tuple[JudgedEvent, ...]
    faults: tuple[JudgedEvent, ...]
    findings: tuple[Judged, ...]
    unlisted: tuple[int, ...]

    @property
    def met(self) -> bool:
        listed = all(each.met for each in self.findings) and not self.unlisted
        return listed and all(each.met for each in (*self.events, *self.faults))


class Came(Struct, kw_only=True):
    """What came of a replay: the record, what became of each step, what the verifier said."""

    entries: Sequence[Entry]
    refused: dict[str, str]
    verdicts: dict[str, str]
    _plain: dict[int, dict[str, Any]] = field(default_factory=dict)

    def plain(self, entry: Entry) -> dict[str, Any]:
        """An entry's content as JSON values, those left at their defaults among them."""
        if entry.index not in self._plain:
            self._plain[entry.index] = _plainly(entry.content)
        return self._plain[entry.index]


def load_expectations(folder: Traversable) -> Expectations:
    """The expectations of a case folder.

    Raises:
        Malformed: a file of it cannot be read; the sentence names which.
    """
    at = folder / "expectations"
    return Expectations(
        events=read_json(at / "events.json", tuple[Expected, ...]),
        faults=read_json(at / "faults.json", tuple[Expected, ...]),
        findings=read_json(at / "findings.json", NoneUnlisted),
    )


def came_of(outcomes: Iterable[Outcome], verdicts: dict[str, str]) -> Came:
    """What came of a replay, from what became of its steps."""
    entries: list[Entry] = []
    refused: dict[str, str] = {}
    for outcome in outcomes:
        entries += outcome.entries
        if outcome.refused is not None:
            refused[outcome.input.step.id] = outcome.refused
    return Came(entries=entries, refused=refused, verdicts=verdicts)


def judge(expectations: Expectations, came: Came) -> Judgement:
    """Holds every predicate against what came of the replay."""
    events = tuple(_judge_all(each, came) for each in expectations.events)
    faults = tuple(_judge_all(each, came) for each in expectations.faults)
    findings = tuple(judge_one(each, came) for each in expectations.findings.predicates)
    listed = {
        index
        for judged in (*(j for each in (*events, *faults) for j in each.judged), *findings)
        for index in judged.entries
    }
    unlisted = tuple(
        entry.index
        for entry in came.entries
        if kind_of(entry.content) in expectations.findings.kinds and entry.index not in listed
    )
    return Judgement(events=events, faults=faults, findings=findings, unlisted=unlisted)


def judge_one(predicate: Predicate, came: Came) -> Judged:
    """One predicate, with the entries that prove it or a sentence on why it does not hold."""
    if predicate.refused is not None:
        return _judge_refusal(predicate, came)
    if predicate.tampering is not None:
        return _judge_verdict(predicate, came)
    found = tuple(entry.index for entry in _matching(predicate, came))
    if predicate.none:
        why = f"{len(found)} entries of {predicate.entry} where none was expected"
        return Judged(name=predicate.name, met=not found, why=why if found else "")
    met = bool(found) if predicate.count is None else len(found) == predicate.count
    wanted = "at least 1" if predicate.count is None else str(predicate.count)
    why = "" if met else f"{len(found)} entries of {predicate.entry} where {wanted} was expected"
    return Judged(name=predicate.name, met=met, entries=found, why=why)


def _judge_all(expected: Expected, came: Came) -> JudgedEvent:
    judged = tuple(judge_one(each, came) for each in expected.predicates)
    return JudgedEvent(id=expected.id, text=expected.text, judged=judged)


def _judge_refusal(predicate: Predicate, came: Came) -> Judged:
    slug = came.refused.get(predicate.step or "")
    met = slug == predicate.refused
    why = "" if met else f"step {predicate.step} was {slug or 'not refused'}"
    return Judged(name=predicate.name, met=met, why=why)


def _judge_verdict(predicate: Predicate, came: Came) -> Judged:
    verdict = came.verdicts.get(predicate.tampering or "", "")
    met = predicate.says is not None and predicate.says in verdict
    why = "" if met else f"the verifier did not say: {predicate.says}"
    return Judged(name=predicate.name, met=met, why=why)


def _matching(predicate: Predicate, came: Came) -> Iterator[Entry]:
    for entry in came.entries:
        if kind_of(entry.content) != predicate.entry:
            continue
        if predicate.by is not None and entry.author.party != predicate.by:
            continue
        if predicate.no_earlier_than and entry.recorded_at < predicate.no_earlier_than:
            continue
        if predicate.no_later_than and entry.recorded_at > predicate.no_later_than:
            continue
        if not set(predicate.readers) <= set(entry.readers):
            continue
        if set(predicate.hidden_from) & set(entry.readers):
            continue
        plain = came.plain(entry)
        if all(_holds(plain, path.split("."), value) for path, value in predicate.where.items()):
            yield entry


def _holds(plain: Any, path: list[str], value: Any) -> bool:
    """Whether a value stands at the path; in a list, whether any of it has the value there."""
    if isinstance(plain, list | tuple):
        if not path and plain == value:
            return True
        return any(_holds(each, path, value) for each in plain)
    if not path:
        return bool(plain == value)
    return isinstance(plain, dict) and _holds(plain.get(path[0]), path[1:], value)


def _plainly(value: Any) -> Any:
    if isinstance(value, Struct):
        return {name: _plainly(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {str(key): _plainly(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plainly(each) for each in value]
    return msgspec.to_builtins(value)
