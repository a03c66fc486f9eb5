"""`openline serve`: runs a desk; makes one first where there is none."""

from __future__ import annotations

from collections.abc import Container, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from openline.cli.caches import loops_await_compiling
from openline.cli.options import DATA, Data, passphrase
from openline.cli.terminal import OUT, say_made

if TYPE_CHECKING:
    from openline.config import Config
    from openline.domain.party import Cell
    from openline.service import Service

_NOT_WARM: Final = (
    "The loops of detection are not compiled yet: the first crowd of tracks will wait for that, "
    "ten seconds or more. Run `openline warm` once; it keeps them for every later start."
)


Port = Annotated[int | None, typer.Option(help="The port to listen on.  [default: 8700]")]
Host = Annotated[str | None, typer.Option(help="The address to listen on.  [default: 127.0.0.1]")]
SettingsFile = Annotated[
    Path | None, typer.Option(help="A settings file: addresses, bearers, token issuers.")
]
WithSuppliers = Annotated[
    bool, typer.Option("--f3548", help="Serve drone suppliers too, as ASTM F3548-21 says.")
]
PublicKeys = Annotated[
    list[str] | None,
    typer.Option(help="Trust who signs with this: PEM or JWKS, file or https. Repeatable."),
]
JwksCa = Annotated[
    Path | None,
    typer.Option(help="Certificates that alone vouch for a JWKS at an address, in PEM."),
]
Audiences = Annotated[
    list[str] | None,
    typer.Option(help="The host name that suppliers' tokens are made out to. Repeatable."),
]
AllowHttp = Annotated[
    bool,
    typer.Option("--f3548-allow-http", help="Let suppliers be reached by http: laboratories."),
]


def serve(
    data: Data = DATA,
    port: Port = None,
    host: Host = None,
    config: SettingsFile = None,
    f3548: WithSuppliers = False,
    f3548_public_key: PublicKeys = None,
    f3548_jwks_ca: JwksCa = None,
    f3548_audience: Audiences = None,
    f3548_allow_http: AllowHttp = False,
) -> None:
    """Run a desk until it is stopped; a new directory becomes a desk first.

    It listens on this machine alone unless it is told otherwise. Callers elsewhere need TLS: put
    a proxy before it, and its address into the settings as public_url. A key file with a
    passphrase is unlocked by the environment variable OPENLINE_PASSPHRASE.
    """
    from openline import app  # the whole desk: only for who runs one
    from openline.stderr_log import log_to_stderr

    settings = _settings(config, host, port)
    if f3548:
        settings = _with_suppliers(
            settings,
            f3548_public_key or [],
            f3548_audience or [],
            jwks_ca=f3548_jwks_ca,
            allow_http=f3548_allow_http,
        )
    log_to_stderr()
    if not data.exists():
        say_made(data, app.make_desk(data, passphrase=passphrase()))
    with app.desk_at(
        data, passphrase=passphrase(), halted=lambda service: _halted(data, service)
    ) as service:
        if service.why_halted is not None:
            OUT.print(service.why_halted, markup=False)
        app.check_keys_are_secret(service)
        _say_who_is_missing(service, settings, data)
        if loops_await_compiling():
            OUT.print(_NOT_WARM, markup=False)
        with (
            app.ringing(service, settings),
            app.tracking_at(data, service) as tracking,
            app.cosigned(data, service, settings) as collector,
        ):
            app.serve(service, settings, _say, tracking, standing=lambda: collector.standing)
    OUT.print("The desk has stopped. Everything answered for is durable.")


def _halted(data: Path, service: Service) -> str | None:
    """Why it takes no statements, if a witness was shown another history of it."""
    from openline.cosigning.agreed import desk_keys_of
    from openline.cosigning.standing import standing_of

    return standing_of(data, service.read(desk_keys_of)).halted


def _say_who_is_missing(service: Service, settings: Config, data: Path) -> None:
    """What whoever starts it has to know: that nobody is here yet, or whom nothing rings."""
    if not service.read(lambda state: state.parties):
        OUT.print("Nobody is at this desk yet. Stop it, and let a party in:")
        OUT.print(f"  openline party add EAST --kind force --data {data}", markup=False)
    for warning in service.read(lambda state: unrung(state.cells.values(), settings.bearers)):
        OUT.print(warning, markup=False)


def unrung(cells: Iterable[Cell], bearers: Container[str]) -> list[str]:
    """What to say of the duty watches that no bearer of the settings can ring."""
    silent, unknown = [], []
    for cell in cells:
        contacts = cell.reach.contacts if cell.reach else ()
        silent += [cell.id] if not contacts else []
        unknown += [
            f"{cell.id} is rung by {each.bearer}, which no settings describe: give --config."
            for each in contacts
            if each.bearer not in bearers
        ]
    if silent:
        unknown.append(f"No contact, so not rung for anything: {', '.join(silent)}.")
    return unknown


def _settings(path: Path | None, host: str | None, port: int | None) -> Config:
    from msgspec.structs import replace

    from openline.config import UnreadableSettings, read_config
    from openline.domain.errors import Malformed

    try:
        settings = read_config(path)
    except UnreadableSettings as error:
        raise Malformed(str(error)) from error
    return replace(
        settings,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
    )


def _with_suppliers(
    settings: Config,
    keys: list[str],
    audiences: list[str],
    *,
    jwks_ca: Path | None,
    allow_http: bool,
) -> Config:
    """The settings with what the options add to their section on F3548."""
    from msgspec.structs import replace

    from openline.config import Suppliers
    from openline.domain.errors import Malformed

    urls = tuple(each for each in keys if each.startswith(("https:", "http:")))
    files = tuple(Path(each) for each in keys if each not in urls)
    held = settings.f3548
    try:
        suppliers = Suppliers(
            public_keys=(*(held.public_keys if held else ()), *files),
            jwks_urls=(*(held.jwks_urls if held else ()), *urls),
            jwks_ca=jwks_ca or (held.jwks_ca if held else None),
            audiences=(*(held.audiences if held else ()), *audiences),
            allow_http=allow_http or (held is not None and held.allow_http),
        )
    except ValueError as error:
        raise Malformed(f"{error}: see `openline serve --help`.") from error
    return replace(settings, f3548=suppliers)


def _say(url: str) -> None:
    OUT.print(f"Listening on {url} – open it in a browser for the console")
    OUT.print(f"Its API describes itself at {url}/v1/openapi.json")
    OUT.print("Stop it with Ctrl-C.")
