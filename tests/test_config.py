"""A settings file holds addresses, paths and limits, and says where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from openline.bearers.command import CommandSettings
from openline.bearers.smtp import SmtpSettings
from openline.bearers.webhook import WebhookSettings
from openline.config import Config, UnreadableSettings, read_config

WHOLE = """
host = "0.0.0.0"
port = 9443
public_url = "https://desk.example/"

[bearers.mail]
kind = "smtp"
host = "relay.example"
sender = "desk@desk.example"
username = "desk"
password_file = "secrets/mail"

[bearers.page]
kind = "webhook"
hosts = ["pager.example"]

[bearers.horn]
kind = "command"
program = "/usr/local/bin/horn"
arguments = ["--loud"]

[[issuers]]
issuer = "https://login.example"
audience = "openline"
jwks_file = "keys.json"
algorithms = ["ES256"]
positions = { "duty@west" = "WEST-TAC.duty" }
"""


def test_a_whole_settings_file_is_read_and_its_paths_start_from_its_folder(tmp_path: Path):
    path = tmp_path / "desk.toml"
    path.write_text(WHOLE, "utf-8")
    config = read_config(path)
    assert config.base_url == "https://desk.example"
    assert config.bearers == {
        "mail": SmtpSettings(
            host="relay.example",
            sender="desk@desk.example",
            username="desk",
            password_file=tmp_path / "secrets/mail",
        ),
        "page": WebhookSettings(hosts=("pager.example",)),
        "horn": CommandSettings(program=Path("/usr/local/bin/horn"), arguments=("--loud",)),
    }
    assert config.issuers[0].jwks_file == tmp_path / "keys.json"
    assert config.issuers[0].positions == {"duty@west": "WEST-TAC.duty"}


def test_a_desk_without_a_settings_file_listens_to_this_machine_alone():
    config = read_config(None)
    assert config == Config()
    assert config.base_url == "http://127.0.0.1:8700"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("prot = 1", "prot"),
        ("port = 'x'", "port"),
        ("[rules]", "rules"),
        ("[bearers.mail]\nkind = 'pigeon'", "pigeon"),
        ("[bearers.mail]\nkind = 'smtp'\nhost = 'h'\nsender = 'nobody'", "bearers"),
        ("[bearers.horn]\nkind = 'command'\nprogram = 7", "program"),
        ("[bearers.page]\nkind = 'webhook'\nhosts = []", "host"),
        ("[[issuers]]\nissuer = 'i'\naudience = 'a'", "file or at a URL"),
        ("[[issuers]]\nissuer = 'i'\naudience = 'a'\njwks_url = 'http://x'", "https"),
        (
            "[[issuers]]\nissuer = 'i'\naudience = 'a'\njwks_file = 'k'\nalgorithms = ['none']",
            "none",
        ),
        ("not toml at all", "line 1"),
    ],
)
def test_what_a_settings_file_may_not_hold_is_told_with_its_place(
    tmp_path: Path, rows: str, told: str
):
    path = tmp_path / "desk.toml"
    path.write_text(rows, "utf-8")
    with pytest.raises(UnreadableSettings) as refusal:
        read_config(path)
    assert str(path) in str(refusal.value)
    assert told in str(refusal.value)


def test_a_settings_file_that_is_not_there_is_told_by_its_path(tmp_path: Path):
    with pytest.raises(UnreadableSettings, match=r"nowhere\.toml: No such file"):
        read_config(tmp_path / "nowhere.toml")
