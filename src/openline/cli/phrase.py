"""`openline phrase`: a coded phrase in words, to be shown or read aloud, in four languages."""

from __future__ import annotations

from typing import Annotated

import typer

from openline.cli.terminal import OUT


def phrase(
    code: Annotated[
        str, typer.Argument(help="A code such as CHECK_FIRE; without one all are listed.")
    ] = "",
    slots: Annotated[
        list[str] | None, typer.Argument(help="What stands in its slots, in their order.")
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option(help="en, fr, ar or ru; repeatable.  [default: all four]"),
    ] = None,
    voice: Annotated[
        bool, typer.Option("--voice", help="Spelled, to be read aloud over a telephone or radio.")
    ] = False,
    exercise: Annotated[bool, typer.Option("--exercise", help="With EXERCISE before it.")] = False,
) -> None:
    """Say a coded phrase in words: the same in Arabic, English, French and Russian.

    Each text was written by hand; nothing is machine-translated. It needs no desk.
    """
    from openline.domain.errors import Malformed
    from openline.domain.phrase_book import PHRASES, Language
    from openline.domain.phrase_text import render, render_voice

    if not code:
        for name, each in PHRASES.items():
            OUT.print(f"{name} {' '.join(slot.upper() for slot in each.slots)}", markup=False)
        return
    filled = {str(number): text for number, text in enumerate(slots or (), start=1)}
    rendered = render_voice if voice else render
    asked = language or list(Language)
    if unknown := [each for each in asked if each not in list(Language)]:
        raise Malformed(f"{unknown[0]}: no language of the book. Choose of {', '.join(Language)}.")
    for in_language in map(Language, asked):
        text = rendered(code, filled, in_language, exercise=exercise)
        OUT.print(f"{in_language}: {text}", markup=False)
