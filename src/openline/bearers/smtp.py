"""Rings by e-mail, through the mail relay of whoever runs the desk."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from openline.bearers.hard_stop import hard_stop
from openline.bearers.port import (
    URGENT,
    BearerFailed,
    Rejected,
    Ring,
    TimedOut,
    Unreachable,
    UnusableAddress,
)
from openline.bearers.secret import read_secret

_NOBODY_ANSWERS: Final = "auto-generated"  # RFC 3834: no out-of-office comes back


class SmtpSettings(
    Struct, frozen=True, kw_only=True, tag="smtp", tag_field="kind", forbid_unknown_fields=True
):
    """Which relay takes the desk's e-mail, and how it is spoken to.

    `security`: `starttls` and `tls` verify the relay's certificate, against `ca_file` if given.
    """

    host: str
    sender: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: Path | None = None
    username: str | None = None
    password_file: Path | None = None
    timeout_s: float = 20.0

    def __post_init__(self) -> None:
        if (self.username is None) is not (self.password_file is None):
            raise ValueError("smtp: username and password_file go together. Give both or neither")
        Address(addr_spec=self.sender)
        if self.username is not None and self.security == "none":
            raise ValueError("smtp: a password never travels in clear. Set security to starttls")


class SmtpBearer:
    """Hands one e-mail for each ring to a relay; delivered means that the relay has taken it."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    def carry(self, ring: Ring, address: str) -> None:
        letter = _letter(ring, self._settings.sender, address)
        relay = _relay(self._settings)
        with hard_stop(self._settings.timeout_s, lambda: relay.sock) as over:
            try:
                self._hand_over(relay, letter)
            except (smtplib.SMTPException, OSError, ValueError) as error:
                if over.is_set():
                    raise TimedOut("smtp: the relay did not take the e-mail in time.") from error
                raise _failure(error) from error
            finally:
                relay.close()

    def _hand_over(self, relay: smtplib.SMTP, letter: EmailMessage) -> None:
        settings = self._settings
        relay.connect(settings.host, settings.port)
        if settings.security == "starttls":
            relay.starttls(context=_tls(settings))
        if settings.username is not None and settings.password_file is not None:
            relay.login(settings.username, read_secret(settings.password_file))
        relay.send_message(letter)
        with contextlib.suppress(smtplib.SMTPException, OSError):
            relay.quit()  # it has the letter already: a broken farewell is no failure


def _relay(settings: SmtpSettings) -> smtplib.SMTP:
    relay: smtplib.SMTP
    if settings.security == "tls":
        relay = smtplib.SMTP_SSL(timeout=settings.timeout_s, context=_tls(settings))
    else:
        relay = smtplib.SMTP(timeout=settings.timeout_s)
    # `connect` does not set the name that the relay's certificate is verified against, and the
    # constructor that does would already wait for an answer.
    relay._host = settings.host  # type: ignore[attr-defined]
    return relay


def _tls(settings: SmtpSettings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.ca_file)


def _letter(ring: Ring, sender: str, address: str) -> EmailMessage:
    letter = EmailMessage()
    try:
        letter["To"] = Address(addr_spec=address)
    except (MessageError, ValueError, IndexError) as error:
        raise UnusableAddress("smtp: the contact is not a mailbox. Mend the roster.") from error
    letter["From"] = sender
    letter["Subject"] = ring.title
    letter["Date"] = localtime()
    letter["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    letter["Auto-Submitted"] = _NOBODY_ANSWERS
    if ring.precedence in URGENT:
        letter["Importance"] = "high"
    letter.set_content(ring.text)
    return letter


def _failure(error: Exception) -> BearerFailed:
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Unreachable("smtp: the relay hung up before it had taken the e-mail.")
    if isinstance(error, smtplib.SMTPException):
        return Rejected(f"smtp: the relay would not take the e-mail ({type(error).__name__}).")
    return Unreachable(f"smtp: no safe connection to the relay ({type(error).__name__}).")
