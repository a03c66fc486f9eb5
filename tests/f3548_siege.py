"""A server that must make do: what it may still use of memory and processor time is limited."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from f3548_harness import SC, Dss, new_id

MEMORY_TO_SPARE = 512 << 20
PROCESSOR_S = 120


@contextmanager
def besieged(dss: Dss) -> Iterator[None]:
    """From here to the end of the block the server gets 512 MB and two minutes of a processor.

    Beyond its memory an allocation fails; beyond its time the kernel ends it. Either way it would
    not answer at the end, as it has to.
    """
    assert dss.process is not None
    pid = dss.process.pid
    _limit(pid, resource.RLIMIT_AS, _address_space(pid) + MEMORY_TO_SPARE)
    _limit(pid, resource.RLIMIT_CPU, _processor_s(pid) + PROCESSOR_S)
    yield
    reader = dss.supplier("still here", SC)
    assert reader.get_intent(new_id()).status_code == 404
    assert dss.process.poll() is None


def _limit(pid: int, what: int, most: int) -> None:
    resource.prlimit(pid, what, (most, most))


def _address_space(pid: int) -> int:
    pages = Path(f"/proc/{pid}/statm").read_text().split()[0]
    return int(pages) * resource.getpagesize()


def _processor_s(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) // os.sysconf("SC_CLK_TCK") + 1
