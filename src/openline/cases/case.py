"""A case: what happened, and who says what about it when. Inputs only; it knows of no expectation.

A case is a folder:

    case.json          title, warning, parties, sources, and the events as they are told
    inputs/*.json      for each event the steps that are said to the desk, in files by name
    expectations/…     what should come of it; read by `expectations`, never here
    data/…             geometry and places that inputs point to by name

An input file is `{"event": id or null, "steps": [step, …]}`; see `Step`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from openline.domain.errors import Malformed, UnknownThing
from openline.domain.misfit import misfit

BUILT_IN: Final = {"deir-ez-zor": "deir_ez_zor"}
"""The cases that come with openline, by the names the command line takes."""


class Event(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that happened, as its sources tell it."""

    id: str
    time: datetime
    dtg: str
    kind: str
    basis: str
    time_precision: str
    sources: tuple[str, ...]
    text: str


class Story(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`case.json`: what the case is, apart from what is said to the desk."""

    title: str
    origin: str
    begins_at: datetime
    ends_at: datetime
    warning: str
    timezone: str
    public_names: dict[str, str]
    events: tuple[Event, ...]
    sources: dict[str, str]


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing said to the desk at an instant.

    `by` is a position (`EAST-TAC.duty`) or `operator`; `party` names the party where the position
    alone does not. `say` is a kind of content and `content` its fields, the body among them. With
    `every_s` it is said again until `until`, its id numbered (`$id` in the content stands for it).
    `signed_with` names another position whose key forges it; `replays` sends the exact bytes of an
    earlier step again, `under_id_of` says something else under its id; `clock_off_s` is how wrong
    the speaker's clock is. `answers` is a rung: the position gives it for everything yet unanswered
    that is owed to its party, or for what is about one of `only`, and for nothing that is about
    one of `leaving`. `fixes` are one batch of track reports, each without its party.
    """

    at: datetime
    id: str = ""
    by: str = "operator"
    party: str | None = None
    say: str | None = None
    content: dict[str, Any] = {}
    by_human: bool = True
    attested: bool = False
    every_s: float | None = None
    until: datetime | None = None
    signed_with: str | None = None
    replays: str | None = None
    under_id_of: str | None = None
    clock_off_s: float = 0.0
    answers: str | None = None
    only: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()
    fixes: tuple[dict[str, Any], ...] = ()


class Tampering(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something done to a copy of the record after the story has ended, for the verifier to catch.

    `edit` alters one byte of the leaf that a step led to; `withhold` leaves that entry out; with
    neither the copy is left as it is.
    """

    name: str
    edit: str | None = None
    withhold: str | None = None


class InputFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of inputs: the event they belong to (none for the setting), and its steps."""

    event: str | None = None
    fault: str | None = None
    steps: tuple[Step, ...] = ()
    tampering: tuple[Tampering, ...] = ()


class Input(Struct, frozen=True, kw_only=True):
    """One step, with the event or planted fault it belongs to and the file it was read from."""

    step: Step
    event: str | None
    fault: str | None
    file: str


class Case(Struct, frozen=True, kw_only=True):
    """A story and all that is said in it, in order of time."""

    name: str
    story: Story
    inputs: tuple[Input, ...]
    tampering: tuple[Tampering, ...]
    folder: Traversable


def find_case(name: str) -> Case:
    """A built-in case by its name, or the case in a folder by its path.

    Raises:
        UnknownThing: neither.
        Malformed: a file of it cannot be read; the sentence names which.
    """
    if name in BUILT_IN:
        return load_case(name, files("openline.cases") / BUILT_IN[name])
    if not (Path(name) / "case.json").is_file():
        raise UnknownThing(
            f"{name}: no such case. Name one of {', '.join(BUILT_IN)}, or a folder with case.json."
        )
    return load_case(Path(name).name, Path(name))


def load_case(name: str, folder: Traversable) -> Case:
    """The story and the inputs of a case folder; its expectations are not looked at.

    Raises:
        Malformed: a file of it cannot be read; the sentence names which.
    """
    story = read_json(folder / "case.json", Story)
    inputs: list[Input] = []
    tampering: list[Tampering] = []
    for file in sorted((folder / "inputs").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".json"):
            continue
        held = read_json(file, InputFile)
        tampering += held.tampering
        inputs += [
            Input(step=each, event=held.event, fault=held.fault, file=file.name)
            for step in held.steps
            for each in _repeated(step, file.name)
        ]
    return Case(
        name=name,
        story=story,
        # Stable: what is said at one instant is said in the order of files and of steps.
        inputs=tuple(sorted(inputs, key=lambda each: each.step.at)),
        tampering=tuple(tampering),
        folder=folder,
    )


def until(case: Case, instant: datetime) -> Case:
    """The case as it is told up to that instant, and no further."""
    return replace(
        case,
        story=replace(case.story, ends_at=min(instant, case.story.ends_at)),
        inputs=tuple(each for each in case.inputs if each.step.at <= instant),
        tampering=(),
    )


def _repeated(step: Step, file: str) -> list[Step]:
    """The step as often as it is said; ids and the ids within its content are numbered."""
    if step.every_s is None:
        return [step]
    if step.until is None or step.every_s <= 0:
        raise Malformed(f"{file}: step {step.id} repeats without an end. Give it `until`.")
    count = int((step.until - step.at).total_seconds() // step.every_s) + 1
    return [
        replace(
            step,
            id=f"{step.id}-{number}",
            at=step.at + timedelta(seconds=number * step.every_s),
            every_s=None,
            until=None,
        )
        for number in range(count)
    ]


T = TypeVar("T")


def read_json(file: Traversable, kind: type[T]) -> T:
    """A file of a case as a value of that type.

    Raises:
        Malformed: it is not there, or is no such value; the sentence names the file.
    """
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except OSError as error:
        raise Malformed(
            f"{file.name}: it cannot be read ({error.strerror}). Put it back."
        ) from None
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Malformed(f"{file.name}: {misfit(error, kind)}") from error
