"""What a desk's settings file may hold: addresses, paths and limits; read once, at start.

Rules, parties, keys and cells are entries of the record and never stand here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from openline.addresses import is_guarded
from openline.bearers.adapters import BearerSettings

T = TypeVar("T")


class UnreadableSettings(Exception):
    """A settings file is not there or does not say what it may; the text names the place in it."""


class ExternalIssuer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An OpenID Connect issuer whose tokens the desk takes, and for which of its positions.

    Its public keys are a JSON Web Key Set in a file, or at a URL that is asked when a token first
    names it. `positions` maps the values of `position_claim` to position ids; without it the
    claim's value is the position id itself.
    """

    issuer: str
    audience: str
    jwks_file: Path | None = None
    jwks_url: str | None = None
    algorithms: tuple[Literal["RS256", "ES256", "EdDSA"], ...] = ("RS256", "ES256", "EdDSA")
    position_claim: str = "sub"
    positions: dict[str, str] | None = None

    def __post_init__(self) -> None:
        if (self.jwks_file is None) is (self.jwks_url is None):
            raise ValueError("issuer: its keys are in a file or at a URL. Give one of the two")
        if self.jwks_url is not None and not is_guarded(self.jwks_url):
            raise ValueError("issuer: keys are fetched over https alone. Mend jwks_url")
        if not self.algorithms:
            raise ValueError("issuer: no algorithm is allowed. Name at least one")


class Suppliers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That drone suppliers are served as ASTM F3548-21 says, and whose word is taken for who they
    are: public keys in PEM or as a JSON Web Key Set, in files or at https addresses.

    `audiences` are the host names that tokens for this desk are made out to. `jwks_ca` holds the
    certificates that alone vouch for those addresses, where the public web's do not. `allow_http`
    lets suppliers be reached without encryption: for laboratories.
    """

    public_keys: tuple[Path, ...] = ()
    jwks_urls: tuple[str, ...] = ()
    jwks_ca: Path | None = None
    audiences: tuple[str, ...] = ()
    allow_http: bool = False

    def __post_init__(self) -> None:
        if not self.public_keys and not self.jwks_urls:
            raise ValueError("f3548: no authority is trusted. Name the file of its public key")
        if not self.audiences:
            raise ValueError("f3548: no audience. Name the host name that tokens are made out to")
        if not all(is_guarded(url) for url in self.jwks_urls):
            raise ValueError("f3548: keys are fetched over https alone. Mend jwks_urls")

    def reached_at(self, base_url: str) -> str:
        """The address at which suppliers reach a desk that is known by this one.

        Theirs is https; where they are told no such address, it is the first audience's.
        """
        if self.allow_http or base_url.startswith("https:"):
            return base_url
        return f"https://{self.audiences[0]}"


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the desk listens and whom it reaches out to.

    `public_url` is the address its callers know it by, which their tokens are made out to; without
    it that is where it listens.
    """

    host: str = "127.0.0.1"
    port: int = 8700
    public_url: str | None = None
    bearers: dict[str, BearerSettings] = {}
    issuers: tuple[ExternalIssuer, ...] = ()
    f3548: Suppliers | None = None
    witnesses: dict[str, str] = {}

    def __post_init__(self) -> None:
        if not all(is_guarded(url) for url in self.witnesses.values()):
            raise ValueError("witnesses: asked over https, or on this machine. Mend the address")

    @property
    def base_url(self) -> str:
        """The desk's own address without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def read_config(path: Path | None) -> Config:
    """The desk's settings; the defaults where there is no file.

    Raises:
        UnreadableSettings: the file is not there, or holds what it may not.
    """
    return Config() if path is None else read_settings(path, Config)


def read_settings(path: Path, kind: type[T]) -> T:
    """The settings of a TOML file; relative paths in it start from the folder it lies in.

    Raises:
        UnreadableSettings: the file is not there, or holds what it may not.
    """
    try:
        return settings_from(tomllib.loads(path.read_text("utf-8")), kind, path.resolve().parent)
    except OSError as error:
        raise UnreadableSettings(
            f"{path}: {error.strerror or error}. Give the path of a settings file."
        ) from error
    except msgspec.ValidationError as error:
        # Read in where it is needed: the watchdog has settings too, and nothing of the desk.
        from openline.domain.misfit import misfit

        raise UnreadableSettings(f"{path}: {misfit(error, kind, quoting=True)}") from error
    except ValueError as error:
        raise UnreadableSettings(f"{path}: {str(error).rstrip('.')}. Mend that.") from error


def settings_from(values: Mapping[str, Any], kind: type[T], folder: Path) -> T:
    """The settings that these values are.

    Raises:
        msgspec.ValidationError: they are not.
    """

    def path_from(wanted: type, value: Any) -> Path:
        if wanted is Path and isinstance(value, str):
            return folder / value
        raise ValueError("expected a path as text")

    return msgspec.convert(values, kind, dec_hook=path_from)
