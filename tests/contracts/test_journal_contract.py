"""What every journal promises the service, whatever it is kept in."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from journal_harness import append_texts, batch_of, note_at, open_store, row
from openline.domain.errors import Unavailable
from openline.journal import Batch, Journal, Said, SecondWriter
from openline.record.merkle import leaf_hash, root_of
from openline.record.tiles import inclusion_from_tiles, tree_from_tiles


def test_an_empty_journal_holds_nothing(journal: Journal) -> None:
    assert journal.size() == 0
    assert list(journal.read(0, 10)) == []
    assert journal.checkpoint() is None
    assert journal.tile(0, 0, 1) is None
    assert journal.find_said(Said(party="EAST", id="a")) == {}


def test_what_was_appended_is_read_back_to_the_byte(journal: Journal) -> None:
    rows = [
        row(0, "first", said=Said(party="EAST", id="a"), body=b"where"),
        row(1, "second"),
        row(2, "third", said=Said(party="WEST", id="a"), body=b""),
    ]
    journal.append(0, batch_of(journal, rows))
    assert list(journal.read(0, 3)) == rows
    assert list(journal.read(1, 2)) == rows[1:2]
    assert list(journal.read(2, 99)) == rows[2:]
    assert journal.size() == 3


def test_reading_crosses_any_number_of_entries_in_order(journal: Journal) -> None:
    append_texts(journal, *(f"text-{at}" for at in range(700)))
    assert [each.index for each in journal.read(3, 690)] == list(range(3, 690))


def test_a_party_is_found_where_it_used_an_id(journal: Journal) -> None:
    rows = [row(0, "x"), row(1, "y", said=Said(party="EAST", id="plan-1"))]
    journal.append(0, batch_of(journal, rows))
    east, west = (Said(party=side, id="plan-1") for side in ("EAST", "WEST"))
    assert journal.find_said(east) == {east: 1}
    assert journal.find_said(west) == {}


def test_many_ids_are_found_at_once_whatever_they_hold(journal: Journal) -> None:
    said = [Said(party="EAST", id=f'"{at}", é\t[]{{}}') for at in range(100)]
    rows = [row(at, f"text-{at}", said=each) for at, each in enumerate(said)]
    journal.append(0, batch_of(journal, rows))
    never = [Said(party="WEST", id=each.id) for each in said]
    assert journal.find_said(*never, *said) == {each: at for at, each in enumerate(said)}
    assert journal.find_said() == {}


def test_an_id_said_twice_by_one_party_is_not_appended(journal: Journal) -> None:
    twice = Said(party="EAST", id="plan-1")
    journal.append(0, batch_of(journal, [row(0, "x", said=twice)]))
    again = batch_of(journal, [row(1, "y"), row(2, "z", said=twice)])
    with pytest.raises(Unavailable):
        journal.append(1, again)
    assert journal.size() == 1


def test_another_size_than_expected_is_refused_and_nothing_written(journal: Journal) -> None:
    append_texts(journal, "one", "two")
    for expected in (0, 1, 3):
        batch = Batch(rows=[row(expected, "late")], tiles=[], checkpoint=note_at(9))
        with pytest.raises(SecondWriter):
            journal.append(expected, batch)
    assert [each.leaf for each in journal.read(0, 9)] == [b"one", b"two"]
    assert journal.checkpoint() == note_at(2)


def test_a_batch_that_fails_half_way_leaves_nothing_of_itself(journal: Journal) -> None:
    append_texts(journal, "one")
    good = batch_of(journal, [row(1, "two"), row(2, "three")])
    broken = Batch(rows=[*good.rows, row(2, "three again")], tiles=good.tiles, checkpoint=b"x")
    with pytest.raises(Unavailable):
        journal.append(1, broken)
    assert journal.size() == 1
    assert journal.checkpoint() == note_at(1)
    assert journal.tile(0, 0, 2) is None
    journal.append(1, good)
    assert journal.size() == 3


def test_tiles_grow_with_the_record_and_prove_every_entry(journal: Journal) -> None:
    texts = [f"text-{at}" for at in range(600)]
    for start, end in ((0, 1), (1, 255), (255, 256), (256, 520), (520, 600)):
        append_texts(journal, *texts[start:end])
    hashes = [leaf_hash(text.encode()) for text in texts]
    assert tree_from_tiles(600, journal.tile).root() == root_of(hashes)
    assert tree_from_tiles(300, journal.tile).root() == root_of(hashes[:300])
    assert len(inclusion_from_tiles(257, 600, journal.tile)) == 10


def test_the_checkpoint_of_the_batch_that_held_an_entry_is_found_again(journal: Journal) -> None:
    append_texts(journal, "one", "two")
    append_texts(journal, "three")
    assert journal.checkpoint() == note_at(3)
    assert journal.checkpoint(over=1) == note_at(2)
    assert journal.checkpoint(over=2) == note_at(2)
    assert journal.checkpoint(over=3) == note_at(3)
    assert journal.checkpoint(over=4) is None


def test_an_erased_body_is_gone_and_its_entry_stays(journal: Journal) -> None:
    rows = [row(0, "x", body=b"names"), row(1, "y", body=b"places"), row(2, "z")]
    journal.append(0, batch_of(journal, rows))
    journal.erase([0, 2])
    left = list(journal.read(0, 3))
    assert [each.leaf for each in left] == [b"x", b"y", b"z"]
    assert [(each.salt, each.body) for each in left] == [
        (None, None),
        (b"\1" * 32, b"places"),
        (None, None),
    ]
    append_texts(journal, "and on")
    journal.erase([0])
    assert journal.size() == 4


def test_a_new_opening_sees_what_was_appended(address: str) -> None:
    first = open_store(address)
    append_texts(first, "one", "two")
    first.close()
    second = open_store(address)
    assert [each.leaf for each in second.read(0, 9)] == [b"one", b"two"]
    second.close()


def test_of_two_writers_that_expect_one_size_the_second_is_refused(address: str) -> None:
    one, other = open_store(address), open_store(address)
    append_texts(one, "begun")
    mine, theirs = batch_of(one, [row(1, "mine")]), batch_of(other, [row(1, "theirs")])
    one.append(1, mine)
    with pytest.raises(SecondWriter):
        other.append(1, theirs)
    assert [each.leaf for each in other.read(0, 9)] == [b"begun", b"mine"]
    one.close()
    other.close()


def test_threads_that_race_lose_nothing_and_never_share_a_place(address: str) -> None:
    won: list[str] = []

    def race(name: str) -> None:
        journal = open_store(address)
        for at in range(20):
            while True:
                try:
                    append_texts(journal, f"{name}-{at}")
                except SecondWriter:
                    continue
                won.append(f"{name}-{at}")
                break
        journal.close()

    threads = [threading.Thread(target=race, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _assert_whole(address, won)


def test_processes_that_race_lose_nothing_and_never_share_a_place(address: str) -> None:
    racer = str(Path(__file__).parents[1] / "journal_racer.py")
    racing = [
        subprocess.Popen([sys.executable, racer, address, name, "15"], stdout=subprocess.PIPE)
        for name in ("east", "west", "north")
    ]
    won = [text for each in racing for text in each.communicate()[0].decode().split()]
    assert [each.returncode for each in racing] == [0, 0, 0]
    assert len(won) == 45
    _assert_whole(address, won)


def test_readers_beside_the_writer_see_only_whole_batches(address: str) -> None:
    writer, reader = open_store(address), open_store(address)
    done = threading.Event()
    seen: set[int] = set()

    def look() -> None:
        while not done.is_set():
            seen.add(len(list(reader.read(0, 1_000))) % 7)

    looking = threading.Thread(target=look)
    looking.start()
    for at in range(30):
        append_texts(writer, *(f"{at}-{each}" for each in range(7)))
    done.set()
    looking.join()
    assert seen == {0}
    writer.close()
    reader.close()


def _assert_whole(address: str, won: list[str]) -> None:
    """The record holds what each writer was told it had written, once, under one root."""
    journal = open_store(address)
    leaves = [each.leaf for each in journal.read(0, journal.size())]
    assert sorted(leaves) == sorted(text.encode() for text in won)
    root = root_of(leaf_hash(leaf) for leaf in leaves)
    assert tree_from_tiles(len(leaves), journal.tile).root() == root
    journal.close()


def test_of_cosigned_checkpoints_the_first_over_an_entry_is_found_and_never_changes(
    journal: Journal,
) -> None:
    assert journal.cosigned() is None
    append_texts(journal, "a", "b", "c")
    journal.keep_cosigned(1, b"at one")
    journal.keep_cosigned(3, b"at three")
    journal.keep_cosigned(3, b"at three, otherwise")
    assert journal.cosigned() == b"at three"
    assert journal.cosigned(over=1) == b"at one"
    assert journal.cosigned(over=2) == b"at three"
    assert journal.cosigned(over=4) is None
