"""What is new in a party's view since one that it holds: what a change costs goes by the change.

A screen that shows ten thousand plans is told of the one that was filed, and not of the others
again. What was told of late is kept in memory, so that the next answer can go on from it; whoever
holds another view, or one that was forgotten, is told everything.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from threading import Lock
from typing import Any, Final, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct, inspect
from msgspec.structs import replace
from starlette.requests import Request

from openline.desk.state import State
from openline.desk.view import View, view
from openline.protocols.rest.callers import Caller
from openline.protocols.rest.endpoint import Endpoint, Query, answered_in_thread
from openline.protocols.rest.gate import Gate
from openline.protocols.rest.site_reads import find_withheld, record_reads, without_forms

KEPT: Final = 24
"""So many views of each party are remembered; the one longest unasked goes first."""

_TYPES: Final = get_type_hints(View)
LISTS: Final = tuple(name for name, of in _TYPES.items() if get_origin(of) is tuple)
"""The fields of a view that are lists of rows; the others are told whole when they change."""


class Piece(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stretch of a list: `count` rows as they were, from the one at `first` on; or new `rows`."""

    first: int = 0
    count: int = 0
    rows: tuple[Any, ...] = ()


class ViewChanges(Struct, frozen=True, kw_only=True):
    """What to make of a view one holds to have the view as of now.

    `mark` names the view as of now: ask with it the next time. `since` is the mark that was asked
    with; None where that says nothing here, and then everything is told. `parts` are the fields
    that are not as they were; `lists` the lists that are not, each as its pieces in order.
    `withheld` are protected sites that stand there without their forms: looking at them would be
    recorded, and the desk is halted. Such a view has no mark; it is asked for anew.
    """

    mark: str
    since: str | None
    parts: dict[str, Any]
    lists: dict[str, tuple[Piece, ...]]
    withheld: tuple[str, ...] = ()


class LateViews:
    """The views told of late, by party and size: the same for every officer of a party."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        # Marks of a process that is gone mean nothing here: another record may have had that size.
        self._here = secrets.token_hex(8)
        self._views: defaultdict[str, OrderedDict[int, View]] = defaultdict(OrderedDict)
        self._lock = Lock()

    def view(self, state: State, party: str) -> View:
        """All that the party may see; worked out once for each size of the record."""
        held = self._find(party, state.size)
        return held if held is not None else view(state, party)

    def changes(self, now: View, since: str | None) -> ViewChanges:
        """What is new in a view since the one that a mark names."""
        before = self._marked(now.party, since)
        self._keep(now)
        return self._told(now, before, since)

    def whole(self, now: View, withheld: tuple[str, ...]) -> ViewChanges:
        """All of a view from which something is withheld of one position: kept for nobody."""
        return replace(self._told(now, None, None), mark="", withheld=withheld)

    def _told(self, now: View, before: View | None, since: str | None) -> ViewChanges:
        parts = {
            name: value
            for name in _TYPES.keys() - set(LISTS)
            if (value := getattr(now, name)) != getattr(before, name, _NOTHING)
        }
        lists = {
            name: pieces for name in LISTS if (pieces := _pieces(name, before, now)) is not None
        }
        return ViewChanges(
            mark=self._mark(now.party, now.size),
            since=None if before is None else since,
            parts=parts,
            lists=lists,
        )

    def _mark(self, party: str, size: int) -> str:
        return f"{self._here}.{size}.{party}"

    def _marked(self, party: str, mark: str | None) -> View | None:
        """The view that a mark names, if it is one of that party's that is remembered."""
        size = (mark or "").partition(".")[2].partition(".")[0]
        if not (size.isascii() and size.isdigit() and len(size) < _DIGITS):
            return None
        return self._find(party, int(size)) if mark == self._mark(party, int(size)) else None

    def _find(self, party: str, size: int) -> View | None:
        with self._lock:
            held = self._views[party].get(size)
            if held is not None:
                self._views[party].move_to_end(size)
            return held

    def _keep(self, seen: View) -> None:
        with self._lock:
            held = self._views[seen.party]
            held[seen.size] = seen
            if len(held) > self._kept:
                held.popitem(last=False)


_NOTHING: Final = object()
_DIGITS: Final = 19


def _pieces(name: str, before: View | None, now: View) -> tuple[Piece, ...] | None:
    """The list now, as pieces of the one before and new rows; None where it is as it was."""
    rows: Sequence[Any] = getattr(now, name)
    was: Sequence[Any] = () if before is None else getattr(before, name)
    pieces = tuple(_joined(rows, _places(name, was, rows)))
    is_as_it_was = before is not None and pieces == ((Piece(count=len(was)),) if was else ())
    return None if is_as_it_was else pieces


def _places(name: str, was: Sequence[Any], rows: Sequence[Any]) -> Iterator[int | None]:
    """Where each row stood before; None for one that did not."""
    if not _never_changes(name):
        keys: dict[Hashable, int] = {msgspec.json.encode(row): at for at, row in enumerate(was)}
        yield from (keys.get(msgspec.json.encode(row)) for row in rows)
        return
    # Most rows are the very same values as before; the few others are looked up by what they hold.
    same = {id(row): at for at, row in enumerate(was)}
    equal: dict[Hashable, int] | None = None
    for row in rows:
        at = same.get(id(row))
        if at is None:
            if equal is None:
                equal = {each: at for at, each in enumerate(was)}
            at = equal.get(row)
        yield at


def _joined(rows: Sequence[Any], places: Iterable[int | None]) -> Iterator[Piece]:
    """Stretches of neighbours that were neighbours before, and of new rows between them."""
    # Along such a stretch the place before and the place now go on together.
    moved = (None if was is None else was - at for at, was in enumerate(places))
    at = 0
    for by, stretch in groupby(moved):
        count = sum(1 for _ in stretch)
        if by is None:
            yield Piece(rows=tuple(rows[at : at + count]))
        else:
            yield Piece(first=at + by, count=count)
        at += count


@cache
def _never_changes(name: str) -> bool:
    """Whether a row of this list is the same for good: then two are alike if they are one."""
    return _is_frozen(inspect.type_info(get_args(_TYPES[name])[0]))


def _is_frozen(of: inspect.Type) -> bool:
    match of:
        case inspect.StructType(cls=cls, fields=fields):
            return cls.__struct_config__.frozen and all(_is_frozen(each.type) for each in fields)
        case inspect.VarTupleType(item_type=item):
            return _is_frozen(item)
        case inspect.TupleType(item_types=items) | inspect.UnionType(types=items):
            return all(_is_frozen(each) for each in items)
    return isinstance(of, _PLAIN)


_PLAIN: Final = (
    inspect.NoneType, inspect.BoolType, inspect.IntType, inspect.FloatType, inspect.StrType,
    inspect.BytesType, inspect.DateTimeType, inspect.EnumType, inspect.LiteralType,
)  # fmt: skip


def change_endpoint(gate: Gate) -> Endpoint:
    """Where a screen keeps its view as of now."""
    late = LateViews()

    def look(request: Request, caller: Caller) -> ViewChanges:
        seen = gate.desk.read(lambda state: late.view(state, caller.party))
        if withheld := find_withheld(gate, caller, seen):
            return late.whole(without_forms(seen, withheld), withheld)
        record_reads(gate, caller, seen)
        return late.changes(seen, request.query_params.get("since"))

    return Endpoint(
        method="GET",
        path="/v1/view/changes",
        summary="What is new in it since a view one holds",
        tag="read",
        answer=answered_in_thread(gate.caller, look),
        returns=ViewChanges,
        query=(Query(name="since", type=str, what="The mark of that view"),),
    )
