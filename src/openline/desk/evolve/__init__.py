"""How each kind of entry changes the state: one module for each family of things said."""

from typing import Final

from openline.desk.evolve import findings, lines, notifications, roster

FAMILIES: Final = (findings, lines, notifications, roster)
"""Importing them fills `state.EVOLVERS`; `openline.desk` does, so that any state can be folded."""
