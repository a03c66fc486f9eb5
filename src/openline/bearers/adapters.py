"""The bearers there are, made from what the settings say of each."""

from __future__ import annotations

from collections.abc import Mapping

from openline.bearers.command import CommandBearer, CommandSettings
from openline.bearers.port import Bearer
from openline.bearers.smtp import SmtpBearer, SmtpSettings
from openline.bearers.webhook import WebhookBearer, WebhookSettings

BearerSettings = SmtpSettings | WebhookSettings | CommandSettings


def bearers_from(settings: Mapping[str, BearerSettings]) -> dict[str, Bearer]:
    """Each bearer under the name by which a roster's contacts ask for it."""
    return {name: _bearer_from(each) for name, each in settings.items()}


def _bearer_from(settings: BearerSettings) -> Bearer:
    match settings:
        case SmtpSettings():
            return SmtpBearer(settings)
        case WebhookSettings():
            return WebhookBearer(settings)
        case CommandSettings():
            return CommandBearer(settings)
