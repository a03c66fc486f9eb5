"""A desk put together: the only module that picks adapters and starts what runs by itself."""

from __future__ import annotations

import contextlib
import gc
import os
import re
import secrets
import signal
import uuid
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from types import FrameType
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace
from starlette.types import ASGIApp

from openline.bearers.adapters import bearers_from
from openline.bearers.ringer import Ringer
from openline.cases.case import BUILT_IN
from openline.cases.replay import is_published
from openline.config import Config, Suppliers
from openline.console.pages import Door, OfferedKey, WithConsole
from openline.cosigning.collector import Collector
from openline.cosigning.standing import Standing
from openline.desk.authority import said_by_operator
from openline.desk_directory import (
    EVIDENCE,
    JOURNAL,
    TRACKS,
    DeskDirectory,
    create_directory,
    read_at_rest_key,
)
from openline.desk_directory.evidence import Evidence
from openline.desk_directory.exhibits import Exhibits
from openline.domain.errors import NotPermitted, Unavailable
from openline.domain.party import DeskOpened, PublicKey
from openline.domain.rules import Rules
from openline.domain.statement import Content
from openline.http_server import HttpServer, listen
from openline.journal import Journal
from openline.journal.at_rest import KEY_BYTES, AtRest
from openline.journal.sqlite import SqliteJournal
from openline.protocols.f3548.authorities import Authorities
from openline.protocols.f3548.keys import TrustedKeys
from openline.protocols.f3548.reads import Itself
from openline.protocols.f3548.server import F3548
from openline.protocols.f3548.tokens import Tokens
from openline.protocols.f3548.writes import Making
from openline.protocols.files.pasted import read_pasted
from openline.protocols.rest.gate import Gate
from openline.protocols.rest.issuer import TokenIssuer
from openline.protocols.rest.server import rest_app
from openline.protocols.rest.stream import Pace, Streams
from openline.protocols.rest.tokens import TokenVerifier
from openline.record.keys import key_facts
from openline.record.leaf import open_leaf
from openline.record.note import note_key, render_vkey
from openline.sealing import Entropy
from openline.service import Clock, Service, SystemClock
from openline.track_engine import TrackEngine
from openline.tracking import Tracking

_KEY_NAMED: Final = re.compile(r'"\$key:([^"]+)"')
_STOPPING: Final = (signal.SIGINT, signal.SIGTERM)
_OVN_BYTES: Final = 24
"""192 random bits: nobody guesses the current version of what they have not been told."""


def make_desk(
    path: Path,
    *,
    origin: str | None = None,
    exercise: bool = False,
    rules: Rules | None = None,
    passphrase: bytes | None = None,
) -> str:
    """Makes a desk in a new directory: its keys, and the genesis entry of its record.

    The record's origin is made up, and like no other, unless one is given.

    Returns:
        The desk's public key with the record's name, as whoever verifies the record needs it.

    Raises:
        Unavailable: there is a desk already, or the disk does not take it.
    """
    desk_key = Ed25519PrivateKey.generate()
    origin = origin or f"openline.local/{secrets.token_hex(8)}"
    create_directory(path, origin, desk_key, os.urandom(KEY_BYTES), passphrase)
    genesis = DeskOpened(
        origin=origin,
        desk_key=PublicKey(**key_facts(desk_key.public_key())),
        rules=rules or Rules(),
        exercise=exercise,
    )
    with desk_at(path, passphrase=passphrase) as service:
        operate(service, "genesis", genesis)
    return render_vkey(note_key(origin, desk_key))


@contextlib.contextmanager
def desk_at(
    path: Path,
    *,
    clock: Clock | None = None,
    entropy: Entropy = os.urandom,
    passphrase: bytes | None = None,
    halted: Callable[[Service], str | None] | None = None,
) -> Iterator[Service]:
    """The desk of a directory, at work until the block ends; nobody else may have it meanwhile.

    `halted` says why it takes no statements, if it does not.

    Raises:
        InUse: another program runs it.
        Damaged: its record is not what was signed.
        Restored: its record is older than the last answer that left.
        Unavailable: there is no desk, or a disk does not answer.
    """
    directory = DeskDirectory(path, passphrase)
    try:
        journal = SqliteJournal(directory.journal_path, directory.at_rest)
        service = Service(journal, directory, clock=clock or SystemClock(), entropy=entropy)
    except BaseException:
        directory.close()
        raise
    try:
        if halted is not None and (why := halted(service)) is not None:
            service.halt(why)
        service.start()
        yield service
    finally:
        service.close()


@contextlib.contextmanager
def journal_at(path: Path) -> Iterator[Journal]:
    """The journal of a desk, to be read only: the desk may be running, and is not disturbed.

    SQLite lets any number read beside the one that writes, each as of one commit. Nothing of the
    directory but its at-rest key is read, so no passphrase is asked for.

    Raises:
        Unavailable: there is no desk, or its disk does not answer.
    """
    if not path.is_dir():
        raise Unavailable(f"{path}: no desk is there. Name its directory with --data.")
    at_rest = AtRest(read_at_rest_key(path))
    if not (path / JOURNAL).exists():
        raise Unavailable(f"{path}: a desk to which nothing has been said. There is no record yet.")
    journal = SqliteJournal(path / JOURNAL, at_rest)
    try:
        yield journal
    finally:
        journal.close()


def evidence_at(path: Path) -> Exhibits:
    """The files handed in as evidence at a desk, which may be running.

    Raises:
        Unavailable: there is no desk.
    """
    return Exhibits(path / EVIDENCE, AtRest(read_at_rest_key(path)))


def operate(service: Service, statement_id: str, content: Content) -> int:
    """Whoever has the directory is the desk's operator, and says this; the index it stands at.

    Raises:
        Refused: it cannot stand.
        Unavailable: it was not taken.
    """
    statement = said_by_operator(statement_id, content, "openline", f"local:{os.getuid()}")
    return service.submit(statement).result().index


def check_keys_are_secret(service: Service) -> None:
    """Returns if neither the desk's key nor an enrolled one is published with a built-in case.

    Raises:
        NotPermitted: one is: anybody could speak with it.
    """
    names = _published_names()
    size = service.journal.size()
    # The last entry is always sealed with the desk's own key.
    sealed_with = [open_leaf(row.leaf).kid for row in service.journal.read(max(0, size - 1), size)]
    for kid in [*sealed_with, *service.read(lambda state: list(state.keys))]:
        if is_published(kid, names):
            raise NotPermitted(
                f"key {kid}: published with a case, so anybody can speak with it. "
                "Make a new desk with keys of its own."
            )


def _published_names() -> list[str]:
    """The positions and desks to which the built-in cases give keys."""
    inputs = (files("openline.cases") / folder / "inputs" for folder in BUILT_IN.values())
    texts = (file.read_text("utf-8") for folder in inputs for file in folder.iterdir())
    return sorted({name for text in texts for name in _KEY_NAMED.findall(text)})


class Web:
    """A desk's API and its console on a port of this machine."""

    def __init__(
        self,
        service: Service,
        config: Config,
        *,
        tracking: Tracking | None = None,
        pace: Pace | None = None,
        offered: tuple[OfferedKey, ...] = (),
        standing: Callable[[], Standing] = Standing,
    ) -> None:
        """Takes the port; nobody is answered before `run`. Without tracking it takes no fixes.

        `offered` are the published keys of an exercise, for whoever comes to the console;
        `standing` is how the witnesses stand.

        Raises:
            Unavailable: the port is another program's, or the host is not this machine's.
        """
        self._socket = listen(config.host, config.port)
        self.url = replace(config, port=self._socket.getsockname()[1]).base_url
        clock = SystemClock()
        issuer = TokenIssuer(
            Ed25519PrivateKey.generate(), self.url, service, started_at=clock.wall()
        )
        gate = Gate(service, TokenVerifier(issuer, service, config.issuers), clock.wall)
        self._streams = Streams(gate, pace)
        api: ASGIApp = rest_app(gate, issuer, self._streams, tracking, read_pasted, standing)
        self._authorities = None
        if config.f3548 is not None:
            self._authorities = _authorities(service, config.f3548)
            f3548 = _f3548(service, config.f3548, self._authorities, clock, self.url)
            api = f3548.beside(api)

        def door() -> Door:
            exercise = service.read(lambda state: state.exercise)
            keys = offered if exercise else ()
            return Door(audience=self.url, origin=service.origin, exercise=exercise, offered=keys)

        self._server = HttpServer(WithConsole(api, door), self._streams.close)

    def run(self) -> None:
        """Answers until it is stopped; then ends streams and finishes what it is answering."""
        try:
            self._server.run_on(self._socket)
        finally:
            self._socket.close()
            if self._authorities is not None:
                self._authorities.close()

    def stop(self) -> None:
        """Lets `run` come to its end; any thread may ask for it, and a signal's too."""
        self._server.should_exit = True


def _authorities(service: Service, settings: Suppliers) -> Authorities:
    """Whose word is taken for who a supplier is; recorded where others were trusted before."""
    return Authorities(
        TrustedKeys(settings.public_keys, settings.jwks_urls, settings.jwks_ca),
        settings.audiences,
        trusted=lambda: service.read(lambda state: state.trusted),
        trust=lambda content: operate(service, f"authority-{uuid.uuid4()}", content),
    )


def _f3548(
    service: Service, settings: Suppliers, authorities: Authorities, clock: Clock, url: str
) -> F3548:
    return F3548(
        service,
        Tokens(authorities.keys.find, settings.audiences),
        clock.wall,
        Making(new_id=lambda: str(uuid.uuid4()), new_ovn=lambda: secrets.token_urlsafe(_OVN_BYTES)),
        itself=Itself(name=settings.audiences[0], url=settings.reached_at(url)),
        allow_http=settings.allow_http,
    )


def serve(
    service: Service,
    config: Config,
    say: Callable[[str], None],
    tracking: Tracking | None = None,
    offered: tuple[OfferedKey, ...] = (),
    standing: Callable[[], Standing] = Standing,
) -> None:
    """Serves a desk that is open already until SIGINT or SIGTERM; `say` is told its address.

    Called by the main thread. The desk stays open. `offered` are the published keys of an exercise.

    Raises:
        Unavailable: the port cannot be had.
    """
    web = Web(service, config, tracking=tracking, offered=offered, standing=standing)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        web.stop()

    before = {each: signal.signal(each, stop) for each in _STOPPING}
    # What is here by now stays: whoever asks need not wait while a collection looks through it.
    gc.freeze()
    try:
        say(web.url)
        web.run()
    finally:
        gc.unfreeze()
        for each, handler in before.items():
            signal.signal(each, handler)


@contextlib.contextmanager
def tracking_at(path: Path, service: Service) -> Iterator[Tracking]:
    """Live tracks for the desk of that directory, where the batches are kept as evidence."""
    evidence = Evidence(path / TRACKS, AtRest(read_at_rest_key(path)))
    engine = TrackEngine(
        keep=lambda batch: evidence.keep(batch.digest, batch.data, batch.received_at)
    )
    tracking = Tracking(engine, service, service.now, sync=evidence.sync)
    try:
        yield tracking
    finally:
        tracking.close()
        evidence.close()


@contextlib.contextmanager
def cosigned(path: Path, service: Service, config: Config) -> Iterator[Collector]:
    """Collects cosignatures for the desk of that directory, during the block."""
    clock = SystemClock()
    collector = Collector(
        service,
        path,
        config.witnesses,
        now=clock.wall,
        monotonic_s=clock.monotonic_s,
    )
    unsubscribe = service.subscribe(collector.hear)
    collector.start()
    try:
        yield collector
    finally:
        unsubscribe()
        collector.close()


@contextlib.contextmanager
def ringing(service: Service, config: Config) -> Iterator[None]:
    """Rings the duty watches that are owed a ring, from before the start and during the block."""
    ringer = Ringer(bearers_from(config.bearers), service)
    unsubscribe = service.subscribe(ringer.hear)
    try:
        ringer.resume()
        yield
    finally:
        unsubscribe()
        ringer.close()
