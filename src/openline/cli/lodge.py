"""`openline lodge`: hands a statement that got no receipt to somebody's mirror."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openline.cli.no_answer import why_no_answer
from openline.cli.terminal import OUT

_TIMEOUT_S = 60.0


def lodge(
    signed: Annotated[
        Path, typer.Argument(help="The signed statement, as `openline say --signed` put it.")
    ],
    to: Annotated[str, typer.Option(help="The address of a mirror, best of the other side's.")],
    out: Annotated[Path, typer.Option(help="Where the complaint is put: a file for anybody.")],
) -> None:
    """Lodge a signed statement with a mirror, when the desk gave no receipt for it in time.

    The mirror looks whether the record holds it, and if not says so in a file that it signs: who
    signed the statement, when it was handed over, and up to which entry it is missing. Only the
    signed leaf is handed over; its body, with positions and names, is not. `openline verify`
    judges the file, and it may still be sent to the desk as it is.
    """
    import httpx

    from openline.addresses import is_guarded
    from openline.domain.errors import Malformed, Refused, Unavailable

    if not is_guarded(to):
        raise Malformed(f"{to}: not https, and not this machine. Use the https address.")
    if out.exists():
        raise Unavailable(f"{out}: there is a file already. Name a new one.")
    leaf = _leaf_in(signed)
    try:
        url = f"{to.rstrip('/')}/lodge"
        answer = httpx.post(url, content=leaf, timeout=_TIMEOUT_S, trust_env=False)
    except httpx.HTTPError as error:
        raise Unavailable(f"{to}: no answer: {why_no_answer(error)}. Try another.") from error
    if answer.status_code >= 500:
        raise Unavailable(answer.text.strip() or f"{to} answered {answer.status_code}.")
    if not answer.is_success:
        raise Refused(answer.text.strip() or f"{to} answered {answer.status_code}.")
    out.write_bytes(answer.content)
    OUT.print(f"Lodged. The complaint is in {out}; judge it, with both public keys:", markup=False)
    OUT.print(f"  openline verify {out} --vkey DESK --vkey MIRROR", markup=False)


def _leaf_in(path: Path) -> bytes:
    """The compact JWS in a file: by itself, or as the `leaf` of what is sent to a desk."""
    import msgspec

    from openline.domain.errors import Malformed, Unavailable
    from openline.protocols.rest.says import SignedStatement

    try:
        text = path.read_bytes().strip()
    except OSError as error:
        raise Unavailable(f"{path}: {error.strerror}. Name a signed statement.") from error
    if not text.startswith(b"{"):
        return text
    try:
        return msgspec.json.decode(text, type=SignedStatement).leaf.encode()
    except (msgspec.MsgspecError, ValueError) as error:
        raise Malformed(f"{path}: not a signed statement ({error}).") from error
