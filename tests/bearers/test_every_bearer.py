"""What each bearer promises, whichever it is, and what is its own."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from openline.bearers.adapters import bearers_from
from openline.bearers.command import CommandBearer, CommandSettings
from openline.bearers.port import (
    NOT_AN_APPROVAL,
    BearerFailed,
    Rejected,
    Ring,
    TimedOut,
    Unreachable,
    UnusableAddress,
)
from openline.bearers.smtp import SmtpBearer, SmtpSettings
from openline.bearers.webhook import WebhookBearer, WebhookSettings
from openline.domain.delivery import BearerFault

RING = Ring(
    id="M-7/v1:west",
    precedence="FLASH",
    line="L-EW",
    why="Your watch has been sent something.",
    answer_by=datetime(2017, 9, 16, 14, 2, tzinfo=UTC),
)
SENDER = "desk@openline.example"
WATCH = "watch@west.example"


def every_failure() -> list[type[BearerFailed]]:
    return BearerFailed.__subclasses__()


def test_every_failure_of_a_bearer_can_be_recorded():
    assert {failure.slug for failure in every_failure()} <= set(BearerFault)


def test_every_ring_says_that_an_acknowledgement_is_not_an_approval(
    relay_with, pager, program_that, tmp_path
):
    relay, heard = relay_with(), tmp_path / "heard"
    bearers = bearers_from(
        {
            "mail": SmtpSettings(host="127.0.0.1", port=relay.port, security="none", sender=SENDER),
            "page": WebhookSettings(hosts=("127.0.0.1",)),
            "horn": CommandSettings(program=program_that(f"cat > {heard}")),
        }
    )
    bearers["mail"].carry(RING, WATCH)
    bearers["page"].carry(RING, pager.url)
    bearers["horn"].carry(RING, "siren")
    said = [relay.mailbox.letters[0].get_content(), pager.posts[0]["text"], heard.read_text()]
    for text in said:
        assert NOT_AN_APPROVAL in text
        assert text.splitlines()[0] == "FLASH M-7/v1:west"
        assert "Line: L-EW" in text
        assert "Answer by: 2017-09-16T14:02:00Z" in text


def test_an_exercise_is_marked_first_and_last_and_in_the_title():
    ring = Ring(id="M-7/v1:west", precedence="FLASH", why="A drill.", exercise=True)
    rows = ring.text.splitlines()
    assert ring.title.startswith("EXERCISE ")
    assert rows[0] == rows[-1] == "EXERCISE EXERCISE EXERCISE"
    assert ring.fields["exercise"] is True


def test_every_bearer_says_when_nobody_is_there(free_port, tmp_path):
    bearers = bearers_from(
        {
            WATCH: SmtpSettings(host="127.0.0.1", port=free_port, security="none", sender=SENDER),
            f"http://127.0.0.1:{free_port}/": WebhookSettings(hosts=("127.0.0.1",)),
            "siren": CommandSettings(program=tmp_path / "no-such-program"),
        }
    )
    for address, bearer in bearers.items():
        with pytest.raises(Unreachable) as failure:
            bearer.carry(RING, address)
        assert address not in str(failure.value)


def test_every_bearer_says_when_the_far_end_would_not_take_it(relay_with, pager, program_that):
    relay = relay_with()
    relay.mailbox.refuse = True
    pager.status = 503
    bearers = bearers_from(
        {
            WATCH: SmtpSettings(host="127.0.0.1", port=relay.port, security="none", sender=SENDER),
            pager.url: WebhookSettings(hosts=("127.0.0.1",)),
            "siren": CommandSettings(program=program_that("exit 3")),
        }
    )
    for address, bearer in bearers.items():
        with pytest.raises(Rejected) as failure:
            bearer.carry(RING, address)
        assert address not in str(failure.value)


def test_every_bearer_comes_back_from_a_far_end_that_drips(dripping, program_that):
    relay = dripping(b"", b"220-patience\r\n")
    pager = dripping(b"HTTP/1.1 200 OK\r\nX: ", b"patience")
    bearers = bearers_from(
        {
            WATCH: SmtpSettings(
                host="127.0.0.1",
                port=relay.port,
                security="none",
                sender=SENDER,
                timeout_s=0.3,
            ),
            f"http://127.0.0.1:{pager.port}/": WebhookSettings(hosts=("127.0.0.1",), timeout_s=0.3),
            "siren": CommandSettings(program=program_that("sleep 600"), timeout_s=0.3),
        }
    )
    for address, bearer in bearers.items():
        with pytest.raises(TimedOut):
            bearer.carry(RING, address)


# ── e-mail ────────────────────────────────────────────────────────────────────────────────────


def test_an_urgent_letter_asks_for_attention_and_for_no_automatic_answer(relay_with):
    relay = relay_with()
    settings = SmtpSettings(host="127.0.0.1", port=relay.port, security="none", sender=SENDER)
    SmtpBearer(settings).carry(RING, WATCH)
    letter = relay.mailbox.letters[0]
    assert letter["Subject"] == RING.title
    assert letter["Importance"] == "high"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert relay.mailbox.envelopes[0].rcpt_tos == [WATCH]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_letter_and_its_password_travel_under_verified_tls(
    security: Any, relay_with, certificate: tuple[ssl.SSLContext, Path], tmp_path
):
    context, trusted = certificate
    relay = _tls_relay(relay_with, security, context)
    password = tmp_path / "password"
    password.write_text("open sesame\n", "utf-8")
    settings = SmtpSettings(
        host="127.0.0.1",
        port=relay.port,
        security=security,
        ca_file=trusted,
        sender=SENDER,
        username="desk",
        password_file=password,
    )
    SmtpBearer(settings).carry(RING, WATCH)
    assert relay.mailbox.logins == [(b"desk", b"open sesame")]
    assert len(relay.mailbox.letters) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_relay_whose_certificate_nobody_trusts_gets_no_letter(
    security: Any, relay_with, certificate: tuple[ssl.SSLContext, Path]
):
    relay = _tls_relay(relay_with, security, certificate[0])
    settings = SmtpSettings(host="127.0.0.1", port=relay.port, security=security, sender=SENDER)
    with pytest.raises(Unreachable):
        SmtpBearer(settings).carry(RING, WATCH)
    assert relay.mailbox.letters == []


def _tls_relay(relay_with: Callable[..., Any], security: str, context: ssl.SSLContext) -> Any:
    if security == "tls":
        # It sees its encryption only where it was negotiated by STARTTLS.
        return relay_with(tls=context, auth_require_tls=False)
    return relay_with(tls_context=context, require_starttls=True)


def test_a_relay_that_offers_no_tls_gets_no_letter(relay_with):
    relay = relay_with()
    settings = SmtpSettings(host="127.0.0.1", port=relay.port, sender=SENDER)
    with pytest.raises(Rejected):
        SmtpBearer(settings).carry(RING, WATCH)
    assert relay.mailbox.letters == []


@pytest.mark.parametrize(
    "address", ["", "west", "a@b\r\nBcc: all@example.org", "a@b, c@d", "<a@b>", "@"]
)
def test_what_is_not_one_mailbox_is_never_written_to(address: str, relay_with):
    relay = relay_with()
    settings = SmtpSettings(host="127.0.0.1", port=relay.port, security="none", sender=SENDER)
    with pytest.raises(BearerFailed):
        SmtpBearer(settings).carry(RING, address)
    assert relay.mailbox.letters == []


def test_a_password_in_clear_cannot_be_configured():
    with pytest.raises(ValueError, match="never travels in clear"):
        SmtpSettings(
            host="relay.example",
            sender=SENDER,
            security="none",
            username="desk",
            password_file=Path("/run/password"),
        )


# ── webhook ───────────────────────────────────────────────────────────────────────────────────


def test_the_token_of_a_webhook_is_read_anew_for_each_ring(pager, tmp_path):
    token = tmp_path / "token"
    bearer = WebhookBearer(WebhookSettings(hosts=("127.0.0.1",), token_file=token))
    for text in ("first\n", "second\n"):
        token.write_text(text, "utf-8")
        bearer.carry(RING, pager.url)
    assert [each["Authorization"] for each in pager.headers] == ["Bearer first", "Bearer second"]


def test_a_token_that_cannot_be_read_sends_nothing(pager, tmp_path):
    settings = WebhookSettings(hosts=("127.0.0.1",), token_file=tmp_path / "missing")
    with pytest.raises(Unreachable, match="missing"):
        WebhookBearer(settings).carry(RING, pager.url)
    assert pager.posts == []


def test_a_redirect_is_not_followed(pager):
    pager.status, pager.location = 307, pager.url
    with pytest.raises(Rejected, match="307"):
        WebhookBearer(WebhookSettings(hosts=("127.0.0.1",))).carry(RING, pager.url)
    assert len(pager.posts) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://pager.example/page",  # in clear, and not this machine
        "https://elsewhere.example/page",  # not among the hosts
        "https://user:secret@pager.example/page",
        "ftp://127.0.0.1/page",
        "127.0.0.1/page",
        "http://[::1",
        "",
    ],
)
def test_a_webhook_posts_to_no_host_but_its_own_and_never_in_clear(address: str):
    bearer = WebhookBearer(WebhookSettings(hosts=("pager.example", "127.0.0.1")))
    with pytest.raises(UnusableAddress):
        bearer.carry(RING, address)


# ── local command ─────────────────────────────────────────────────────────────────────────────


def test_no_shell_ever_reads_what_a_command_is_given(program_that, tmp_path):
    heard = tmp_path / "heard"
    program = program_that(f'printf "%s\\n" "$@" > {heard}')
    settings = CommandSettings(program=program, arguments=("--loud", "a b"))
    address = f"$(touch {tmp_path}/owned); siren"
    CommandBearer(settings).carry(RING, address)
    assert heard.read_text().splitlines() == ["--loud", "a b", address]
    assert not (tmp_path / "owned").exists()


def test_an_address_is_never_read_as_an_option(program_that, tmp_path):
    bearer = CommandBearer(CommandSettings(program=program_that(f"touch {tmp_path}/ran")))
    with pytest.raises(UnusableAddress):
        bearer.carry(RING, "--config=/tmp/theirs")
    assert not (tmp_path / "ran").exists()


def test_a_command_is_given_none_of_the_desks_environment(program_that, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENLINE_PASSPHRASE", "of the desk's key")
    heard = tmp_path / "heard"
    CommandBearer(CommandSettings(program=program_that(f"env > {heard}"))).carry(RING, "siren")
    assert "of the desk's key" not in heard.read_text()


def test_a_command_that_never_reads_its_text_has_still_rung(program_that):
    CommandBearer(CommandSettings(program=program_that("exec 0<&-; exit 0"))).carry(RING, "siren")


def test_a_command_out_of_time_is_ended_with_all_that_it_started(program_that, tmp_path, until):
    child = tmp_path / "child"
    program = program_that(f"sleep 600 &\necho $! > {child}\nwait")
    with pytest.raises(TimedOut):
        CommandBearer(CommandSettings(program=program, timeout_s=1.0)).carry(RING, "siren")
    pid = int(child.read_text())
    until(lambda: not _runs(pid))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False
