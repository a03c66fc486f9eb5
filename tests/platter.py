"""What is on a disk after the power failed: recorded effects, as far as the syncs compel.

What was synced is there. Of what was not, each write may be there, be gone, or be there in some
of its sectors, whatever came before or after it; a file may be as long as a lost write made it;
and names made, changed or removed since their directory was synced may be as before.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from recorded_disk import Effect

SECTOR: Final = 512
Image = dict[str, bytes]


@dataclass
class Platter:
    """The durable contents by number of file, the durable names, and what waits for a sync."""

    contents: dict[int, bytearray] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    _unsynced: dict[int, list[Effect]] = field(default_factory=dict)
    _unlisted: list[Effect] = field(default_factory=list)

    def take(self, effect: Effect) -> None:
        """The next thing that was done to the disk."""
        match effect.what:
            case "wrote" | "cut":
                self._unsynced.setdefault(effect.file, []).append(effect)
            case "synced":
                content = self.contents.setdefault(effect.file, bytearray())
                for each in self._unsynced.pop(effect.file, ()):
                    _apply(content, each)
            case "made" | "renamed" | "removed":
                self._unlisted.append(effect)
            case "listed":
                here = [each for each in self._unlisted if _directory(each) == effect.name]
                self._unlisted = [each for each in self._unlisted if each not in here]
                _rename_all(self.names, here)

    def whole(self) -> Image:
        """Everything, as whoever kills the program alone leaves it."""
        names = dict(self.names)
        _rename_all(names, self._unlisted)
        return self._image(names, None)

    def after_power_cut(self, chance: random.Random) -> Image:
        """One of the images that the syncs allow."""
        names = dict(self.names)
        _rename_all(names, _some(self._unlisted, chance))
        return self._image(names, chance)

    def _image(self, names: dict[str, int], chance: random.Random | None) -> Image:
        image: Image = {}
        for name, file in names.items():
            content = bytearray(self.contents.get(file, b""))
            waiting = self._unsynced.get(file, [])
            if chance is None:
                for each in waiting:
                    _apply(content, each)
            elif waiting:
                _apply_some(content, waiting, chance)
            image[name] = bytes(content)
        return image


def lay_out(image: Image, path: Path) -> Path:
    """A directory with these files, as a desk keeps them."""
    path.mkdir(mode=0o700)
    for name, content in image.items():
        place = path / name
        place.parent.mkdir(mode=0o700, exist_ok=True)
        place.write_bytes(content)
        os.chmod(place, 0o600)
    return path


def _apply(content: bytearray, effect: Effect) -> None:
    if effect.what == "cut":
        del content[effect.at :]
        content.extend(bytes(effect.at - len(content)))
        return
    _put(content, effect.at, effect.data)


def _put(content: bytearray, at: int, data: bytes) -> None:
    content.extend(bytes(max(0, at + len(data) - len(content))))
    content[at : at + len(data)] = data


def _apply_some(content: bytearray, waiting: Sequence[Effect], chance: random.Random) -> None:
    """Keeps none, all, the first so many, any of them, or any of their sectors."""
    how = chance.choice(("none", "all", "first", "any", "torn", "torn"))
    likely = chance.choice((0.1, 0.5, 0.9))
    upto = {"none": 0, "first": chance.randint(0, len(waiting))}.get(how, len(waiting))
    for each in waiting[:upto]:
        if how == "torn" and each.what == "wrote":
            _tear(content, each, chance, likely)
        elif how in ("all", "first") or chance.random() < likely:
            _apply(content, each)
        elif each.what == "wrote" and chance.random() < 0.2:
            # The file has grown, and what made it grow is not there.
            content.extend(bytes(max(0, each.at + len(each.data) - len(content))))
    if how == "first" and upto < len(waiting) and waiting[upto].what == "wrote":
        _tear(content, waiting[upto], chance, likely)


def _tear(content: bytearray, write: Effect, chance: random.Random, likely: float) -> None:
    at, end = write.at, write.at + len(write.data)
    while at < end:
        until = min(end, at - at % SECTOR + SECTOR)
        if chance.random() < likely:
            _put(content, at, write.data[at - write.at : until - write.at])
        at = until


def _some(effects: Sequence[Effect], chance: random.Random) -> list[Effect]:
    """In the order in which they were done: none, all, the first so many, or any of them."""
    how = chance.choice(("none", "all", "first", "any"))
    if how == "any":
        return [each for each in effects if chance.random() < 0.5]
    upto = {"none": 0, "first": chance.randint(0, len(effects))}.get(how, len(effects))
    return list(effects[:upto])


def _rename_all(names: dict[str, int], effects: Sequence[Effect]) -> None:
    for each in effects:
        if each.what == "made":
            names[each.name] = each.file
        elif (file := names.pop(each.name, None)) is not None and each.what == "renamed":
            names[each.data.decode()] = file


def _directory(effect: Effect) -> str:
    return os.path.dirname(effect.name)
