"""`openline commit`: fixes an account by its digest, so that it can be told after the others'."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openline.cli.options import passphrase
from openline.cli.terminal import OUT

if TYPE_CHECKING:
    from openline.cli.speaking import Spoken


def commit(
    file: Annotated[
        Path,
        typer.Argument(help="JSON: id, kind incident.account_revealed.v1, content without nonce."),
    ],
    key: Annotated[Path, typer.Option(help="The private key of the position that speaks.")],
    to: Annotated[str, typer.Option(help="The desk's address.")] = "http://127.0.0.1:8700",
    position: Annotated[
        str | None, typer.Option(help="The position that speaks; else the file names it.")
    ] = None,
) -> None:
    """Commit to the account in FILE without telling it, while first accounts are sealed.

    What is sent is a digest that tells nothing. The account itself is written to FILE.reveal with
    the random number that belongs to it: keep that file, show it to nobody, and once all have
    committed reveal it with `openline say FILE.reveal`. Nothing in it can be changed any more.
    """
    from openline.cli.speaking import Desk, content_of, read_file, read_spoken
    from openline.desk.decide.sealed_accounts import check_revealable
    from openline.domain.sealed_accounts import AccountRevealed, commitment_of

    kept = file.with_name(f"{file.name}.reveal")
    is_anew = not kept.exists()  # else sent before, and perhaps not heard: the same digest again
    spoken = _with_nonce(read_spoken(file, position)) if is_anew else read_file(kept)
    revealed = content_of(spoken)
    assert isinstance(revealed, AccountRevealed), "a file of another kind was refused above"
    check_revealable(revealed)
    if is_anew:
        _keep(kept, spoken)
    with Desk.reached(to, key, spoken.position, passphrase()) as desk:
        said = desk.say(_committing(spoken, commitment_of(desk.party(), revealed)))
    OUT.print(f"Committed, as entry {said.index}. What you will tell can no longer be changed.")
    for each in said.concluded:
        OUT.print(f"  entry {each.index}: {each.kind}", markup=False)
    OUT.print(f"Keep {kept}. Once all have committed, reveal your account:", markup=False)
    OUT.print(f"  openline say {kept} --key {key} --to {to}", markup=False)


def _with_nonce(spoken: Spoken) -> Spoken:
    import secrets

    import msgspec

    from openline.domain.errors import Malformed
    from openline.domain.sealed_accounts import AccountRevealed

    body: dict[str, Any] = spoken.content.get("body") or {}
    if spoken.kind != AccountRevealed.KIND or "account" not in body:
        raise Malformed(
            f"{spoken.id}: commit to a statement of kind {AccountRevealed.KIND} whose body holds "
            "the account. See docs/statements.md."
        )
    content = {**spoken.content, "body": {**body, "nonce": secrets.token_hex(32)}}
    return msgspec.structs.replace(spoken, content=content)


def _committing(spoken: Spoken, commitment: str) -> Spoken:
    import msgspec

    from openline.domain.sealed_accounts import AccountCommitted

    return msgspec.structs.replace(
        spoken,
        id=f"{spoken.id}.commitment",
        kind=AccountCommitted.KIND,
        content={
            "incident": spoken.content.get("incident"),
            "account": spoken.content.get("account"),
            "commitment": commitment,
        },
    )


def _keep(path: Path, spoken: Spoken) -> None:
    """Writes what will be revealed where only its owner reads it, before anything is sent."""
    import msgspec

    from openline.desk_directory import save_secret
    from openline.domain.errors import Unavailable

    try:
        save_secret(path, msgspec.json.format(msgspec.json.encode(spoken), indent=2) + b"\n")
    except OSError as error:
        raise Unavailable(f"{path}: {error.strerror}. Make room beside the file.") from error
