"""`openline operate`, `confirm-time` and `erase`: what whoever keeps a desk does to it."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from openline.cli.options import DATA, Data
from openline.cli.terminal import OUT

if TYPE_CHECKING:
    from openline.domain.evidence import Evidence
    from openline.domain.party import RulesChanged
    from openline.domain.statement import Content
    from openline.service import Service

BY_ITS_OWN_COMMAND: Final = MappingProxyType(
    {
        "desk.epoch_opened.v1": "openline restore` or `openline ceremony new-epoch",
        "desk.key_rotated.v1": "openline ceremony desk-key",
    }
)
"""Entries that change the desk's key or follow from its files: said alone they would undo it."""


def operate(
    file: Annotated[Path, typer.Argument(help="JSON: id, kind, content.")],
    data: Data = DATA,
) -> None:
    """Say the statement in FILE as the desk's operator, in its record.

    Of desk.rules_changed.v1 the file needs only the numbers that change: those that it does not
    name stay as they are in force, and do not go back to the defaults.

    The kinds are desk.rules_changed.v1, cell.added.v1, key.enrolled.v1, area.unanswered.v1,
    gazetteer.stated.v1 and witnesses.named.v1 (which `openline witnesses` says more easily). All
    parties see it; the operator speaks for none of them. The desk must not be running.
    """
    from openline.cli.speaking import content_of, read_file
    from openline.domain.party import RulesChanged

    spoken = read_file(file)
    content = content_of(spoken)
    if (command := BY_ITS_OWN_COMMAND.get(content.KIND)) is not None:
        raise typer.BadParameter(f"{spoken.id}: {content.KIND} is said by `{command}` alone.")
    if isinstance(content, RulesChanged):
        named = spoken.content.get("rules")
        content = _over_those_in_force(data, content, named if isinstance(named, dict) else {})
    _say(data, spoken.id, content)


def _over_those_in_force(data: Path, said: RulesChanged, named: dict[str, Any]) -> RulesChanged:
    """The change with every number that it does not name as it is now."""
    import msgspec

    from openline.cli.keeping import kept_desk

    with kept_desk(data) as service:
        in_force = service.read(lambda state: state.rules)
    changed = {name: getattr(said.rules, name) for name in named}
    return msgspec.structs.replace(said, rules=msgspec.structs.replace(in_force, **changed))


def confirm_time(data: Data = DATA) -> None:
    """Confirm that the clock of this machine is right, after the desk said that it may not be.

    Look at another clock first. From here on the desk concludes from silence again, which it has
    not done since. The desk must not be running.
    """
    import secrets

    from openline.domain.party import TimeConfirmed

    _say(data, f"time-{secrets.token_hex(8)}", TimeConfirmed())


def erase(
    entries: Annotated[list[int] | None, typer.Argument(help="The numbers of the entries.")] = None,
    data: Data = DATA,
    evidence: Annotated[
        list[str] | None,
        typer.Option(help="A file handed in as evidence, by its id (ev-…); repeatable."),
    ] = None,
) -> None:
    """Erase the bodies of entries for good: positions, names, texts. The proof of each stays.

    With --evidence the file itself is erased, and an entry says so to the parties to its incident.

    Backups made before still hold them, and so does whoever was shown them. The desk must not be
    running; many at once take no longer than one.
    """
    from openline.cli.keeping import kept_desk
    from openline.domain.errors import UnknownThing

    entries = entries or []
    if not entries and not evidence:
        raise typer.BadParameter("Name the entries, or a file with --evidence.")
    with kept_desk(data) as service:
        for each in evidence or ():
            _erase_file(service, each)
        if not entries:
            return
        size = service.journal.size()
        if beyond := [index for index in entries if not 0 <= index < size]:
            raise UnknownThing(
                f"entry {beyond[0]}: the record ends at {size - 1}. Nothing is erased."
            )
        service.erase(entries).result()
    OUT.print(f"Erased. Their leaves and proofs stand: {', '.join(map(str, entries))}.")


def _erase_file(service: Service, evidence: str) -> None:
    from openline.app import operate
    from openline.domain.errors import UnknownThing
    from openline.domain.evidence import EvidenceErased

    held = service.read(lambda state: state.evidence.get(evidence))
    if held is None or held.erased_at is not None:
        raise UnknownThing(f"{evidence}: no file is kept under this id. Nothing is erased.")
    # First gone, then said to be: the record never says more than is so.
    digest = held.sha256 or ""
    if digest in service.exhibits.digests() and not _is_kept_for_another(service, held):
        service.exhibits.erase(digest)
    index = operate(service, f"erased-{evidence}", EvidenceErased(evidence=evidence))
    OUT.print(f"Erased. That it was kept, and its digest, stay proven; entry {index} says so.")


def _is_kept_for_another(service: Service, held: Evidence) -> bool:
    """Another has handed the same file in: it is that one's too."""
    return service.read(
        lambda state: any(
            each.sha256 == held.sha256 and each.erased_at is None and each.id != held.id
            for each in state.evidence.values()
        )
    )


def _say(data: Path, statement_id: str, content: Content) -> None:
    from openline.app import operate
    from openline.cli.keeping import kept_desk

    with kept_desk(data) as service:
        index = operate(service, statement_id, content)
    OUT.print(f"It stands in the record as entry {index}, which all parties see.")
