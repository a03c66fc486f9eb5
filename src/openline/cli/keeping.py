"""A desk opened for one act of its operator, and not to be served."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from openline.cli.options import passphrase

if TYPE_CHECKING:
    from openline.service import Service


@contextmanager
def kept_desk(data: Path) -> Iterator[Service]:
    """The desk of a directory, for as long as the block lasts; what it logs is trouble alone.

    Raises:
        Unavailable: there is none, another program runs it, or its disk does not answer.
    """
    from openline import app
    from openline.stderr_log import log_to_stderr

    log_to_stderr(at_least=logging.WARNING)
    with app.desk_at(data, passphrase=passphrase()) as service:
        yield service
