"""What every command shares to speak to a person: colours where there is a terminal, plain else."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Final

from rich.console import Console

from openline.record.shown import in_one_row

OUT: Final = Console(highlight=False, soft_wrap=True)
ERR: Final = Console(stderr=True, highlight=False, soft_wrap=True)


def show_every_letter() -> None:
    """A terminal that lacks a letter shows a question mark in its place, and the rest."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def say_error(sentence: str) -> None:
    """One sentence on standard error; nothing in it is read as mark-up, or moves the terminal."""
    ERR.print("[bold red]openline:[/]", end=" ")
    ERR.print(in_one_row(sentence), markup=False)


def say_made(desk: object, vkey: str) -> None:
    """That a desk was made, where, and what others verify its record with."""
    OUT.print(
        f"Made a desk in {desk}. Keep its keys: who has desk.key can speak as it.", markup=False
    )
    OUT.print(f"Hand its public key to every party: {vkey}", markup=False)
