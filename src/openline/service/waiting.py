"""What waits for the writer, and whose turn is next: urgent words first, then each party in turn.

    ┌─ until the first errand ─────────────────┐ ┌─ until the next ─┐
    urgent:  EAST … │ WEST …    others: EAST … │ errand │ others … │ …

However many urgent ones come, after every eight the others have a turn, or the errand behind them.
Within what one key has signed the order stays as it was: each leaf names the one before it.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from itertools import chain, islice
from typing import Any, Final

from msgspec import Struct

from openline.domain.errors import Unavailable
from openline.domain.message import goes_first
from openline.domain.statement import Signed
from openline.sealing import Spoken

_PARTIES_FULL: Final = 4
"""So many parties may fill what one may have waiting. What is urgent has as much as one of them
beyond that, which no flood of anything else can fill."""
_URGENT_IN_A_ROW: Final = 8
"""After so many urgent ones one of the others is heard, or the errand if that is next: what is
called urgent may come without end, and be refused, and still it silences nobody."""


class Asked:
    """A statement that waits to be decided, and where its answer goes.

    The answer is a `Receipt` if it is to be proven, else a `Recorded`. `party` is whose turn it
    takes, `kid` the key whose chain it stands in, if a party signed it.
    """

    __slots__ = ("answer", "is_proven", "kid", "party", "spoken")

    def __init__(self, spoken: Spoken, answer: Future[Any], is_proven: bool) -> None:
        word = spoken.statement.word
        self.spoken, self.answer, self.is_proven = spoken, answer, is_proven
        self.party = spoken.statement.author.party
        self.kid = word.kid if isinstance(word, Signed) else None


class Errand(Struct, frozen=True, eq=False):
    """Something else that only the writer does: after all that waited when it was sent."""

    run: Callable[[], None]
    answer: Future[None]


class _Turns:
    """Statements of several parties: one of each in turn, each party's in order."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, deque[Asked]] = OrderedDict()
        self._signed: Counter[tuple[str, str | None]] = Counter()

    def __bool__(self) -> bool:
        return bool(self._of)

    def add(self, asked: Asked) -> None:
        self._of.setdefault(asked.party, deque()).append(asked)
        self._signed[asked.party, asked.kid] += 1

    def take(self) -> Asked | None:
        """The next, whose party is then last in turn."""
        if not self._of:
            return None
        party, waiting = self._of.popitem(last=False)
        asked = waiting.popleft()
        if waiting:
            self._of[party] = waiting
        self._let_go(asked)
        return asked

    def take_after(self, first: _Turns) -> Asked | None:
        """The next; or, if its key has signed others before that wait in `first`, those first."""
        if not self._of:
            return None
        party, waiting = next(iter(self._of.items()))
        before = first.take_first_signed_by(party, waiting[0].kid)
        if before is None:
            return self.take()
        self._of.move_to_end(party)
        return before

    def take_first_signed_by(self, party: str, kid: str | None) -> Asked | None:
        """The first that waits of one key; None if none does, or nobody signed."""
        if kid is None or not self._signed.get((party, kid)):
            return None
        waiting = self._of[party]
        at = next(at for at, each in enumerate(waiting) if each.kid == kid)
        asked = waiting[at]
        del waiting[at]
        if not waiting:
            del self._of[party]
        self._let_go(asked)
        return asked

    def take_signed_by(self, party: str, kid: str) -> list[Asked]:
        """What waits of one key, in order."""
        if not self._signed.pop((party, kid), 0):
            return []
        waiting = self._of.pop(party)
        rest = deque(each for each in waiting if each.kid != kid)
        if rest:
            self._of[party] = rest
        return [each for each in waiting if each.kid == kid]

    def __iter__(self) -> Iterator[Asked]:
        return chain.from_iterable(self._of.values())

    def _let_go(self, asked: Asked) -> None:
        key = asked.party, asked.kid
        self._signed[key] -= 1
        if not self._signed[key]:
            del self._signed[key]


class _Stretch:
    """What is heard before one errand, and the errand at its end."""

    def __init__(self) -> None:
        self.others = _Turns()
        self.errand: Errand | None = None


class Waiting:
    """Any thread puts; the writer's alone takes."""

    def __init__(self, most: int) -> None:
        """At most so many of one party, and four times as many of all; errands, any number."""
        self._most = most
        self._urgent = _Turns()
        self._urgent_in_a_row = 0
        self._stretches = deque([_Stretch()])
        self._count = 0
        self._count_of: dict[str, int] = {}
        self._lock = threading.Lock()
        self._turn = threading.Condition(self._lock)

    def __len__(self) -> int:
        return self._count

    def put(self, asked: Asked) -> None:
        """Lets a statement wait.

        Nobody may have more waiting than there is room left, so that one party, or several, that
        flood the desk leave some for those that do not.

        Raises:
            Unavailable: too many wait, of its party or of all.
        """
        is_urgent = goes_first(asked.spoken.statement.content)
        with self._lock:
            left = (_PARTIES_FULL + is_urgent) * self._most - self._count
            may_have = left if is_urgent else min(left, self._most)
            if self._count_of.get(asked.party, 0) >= may_have:
                raise Unavailable("Too many statements wait. Send again later.")
            self._count += 1
            self._count_of[asked.party] = self._count_of.get(asked.party, 0) + 1
            if is_urgent:
                self._put_first(asked)
            else:
                self._stretches[-1].others.add(asked)
            self._turn.notify()

    def _put_first(self, asked: Asked) -> None:
        """Before what is not urgent, errands too; with what the same key has signed before."""
        if asked.kid is not None:
            for stretch in self._stretches:
                for before in stretch.others.take_signed_by(asked.party, asked.kid):
                    self._urgent.add(before)
        self._urgent.add(asked)

    def put_errand(self, errand: Errand) -> None:
        """Lets an errand wait behind all that waits now."""
        with self._lock:
            self._stretches[-1].errand = errand
            self._stretches.append(_Stretch())
            self._turn.notify()

    def take(self, timeout_s: float | None = 0) -> Asked | Errand | None:
        """What comes next, once there is something; None if there is not in that time."""
        with self._lock:
            found = self._take()
            if found is None and timeout_s != 0:
                self._turn.wait_for(self._has_any, timeout_s)
                found = self._take()
            return found

    def take_asked(self) -> Asked | None:
        """The next statement, if one waits and no errand's turn is before it."""
        with self._lock:
            return self._take_asked()

    def coming(self, most: int) -> list[Asked]:
        """Some of those that come next, if nothing else is put."""
        with self._lock:
            return list(islice(chain(self._urgent, self._stretches[0].others), most))

    def _has_any(self) -> bool:
        return self._count > 0 or self._stretches[0].errand is not None

    def _take(self) -> Asked | Errand | None:
        asked = self._take_asked()
        if asked is not None:
            return asked
        errand = self._stretches[0].errand
        if errand is not None:
            self._stretches.popleft()
            self._urgent_in_a_row = 0
        return errand

    def _take_asked(self) -> Asked | None:
        asked = self._next_asked()
        if asked is not None:
            self._count -= 1
            left = self._count_of[asked.party] - 1
            if left:
                self._count_of[asked.party] = left
            else:
                del self._count_of[asked.party]
        return asked

    def _next_asked(self) -> Asked | None:
        others, errand = self._stretches[0].others, self._stretches[0].errand
        is_turn_of_others = self._urgent_in_a_row >= _URGENT_IN_A_ROW
        if is_turn_of_others and not others and errand is not None:
            return None
        if self._urgent and not (is_turn_of_others and others):
            self._urgent_in_a_row += 1
            return self._urgent.take()
        self._urgent_in_a_row = 0
        return others.take_after(self._urgent)
