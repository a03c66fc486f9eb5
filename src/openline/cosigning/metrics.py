"""What is counted of witnesses, for whoever watches the desk."""

from __future__ import annotations

from typing import Final

from prometheus_client import Gauge

WITNESSED: Final = Gauge("openline_witnessed_entries", "Entries under a cosigned root")
ABSENT: Final = Gauge("openline_witness_absent", "1 while it cannot be had", ["witness"])
REFUSES: Final = Gauge("openline_witness_refuses", "1 while it refuses to cosign", ["witness"])


def forget_witnesses() -> None:
    """Tells of none any longer: nobody asks them now, so how they stand is not known."""
    ABSENT.clear()
    REFUSES.clear()
