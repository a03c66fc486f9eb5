"""A new epoch says what was put back and what was lost: the verifier holds it to that."""

from __future__ import annotations

from openline.record.audit.verdict import audit_record
from openline.record.bundle import files_of, render_keys, write_bundle
from openline.record.leaf import leaf_hash
from openline.record.merkle import Tree
from openline.record.verify import REFUTED, SOUND
from openline.record.verify import main as verify


def root_of(leaves):
    tree = Tree()
    tree.extend(leaf_hash(leaf) for leaf in leaves)
    return tree.root().hex()


class Night:
    """A desk that goes on after a loss: `lost` is the copy that a mirror had of what is gone."""

    def __init__(self, scribe, *, before=0, after=3, admits=None):
        self.scribe = scribe
        for at in range(before):
            scribe.write("desk", "escalated.v1", {"message": f"M-{at}"})
        self.restored = list(scribe.leaves)
        heads, minute = dict(scribe.heads), scribe.minute
        for at in range(after):
            scribe.write("desk", "escalated.v1", {"message": f"LOST-{at}"})
        self.lost = scribe.copy()
        self.lost_leaves = list(scribe.leaves)
        scribe.leaves[len(self.restored) :] = []
        scribe.heads, scribe.minute = heads, minute
        known = self.lost_leaves[: len(self.lost_leaves) if admits is None else admits]
        self.epoch = scribe.write(
            "desk",
            "desk.epoch_opened.v1",
            {
                "restored_size": len(self.restored),
                "restored_root": root_of(self.restored),
                "last_known_size": len(known),
                "last_known_root": root_of(known),
            },
        )
        scribe.write("desk", "escalated.v1", {"message": "M-after"})

    def judged(self, **more):
        return audit_record(self.scribe.copy(), self.scribe.trust, **more)


def slugs(verdict):
    return [str(fault.slug) for fault in verdict.faults]


def test_what_was_put_back_is_held_against_what_is_here(scribe):
    night = Night(scribe)
    verdict = night.judged()
    assert verdict.sound
    size = len(night.restored)
    assert any(
        f"The first {size} entries here are, hash for hash" in each for each in verdict.proven
    )
    assert any(f"What entries {size} to {size + 2} were" in each for each in verdict.unproven)


def test_an_epoch_over_another_beginning_than_the_one_put_back_is_refused(scribe):
    scribe.write(
        "desk",
        "desk.epoch_opened.v1",
        {
            "restored_size": len(scribe.leaves),
            "restored_root": "a" * 64,
            "last_known_size": len(scribe.leaves) + 5,
            "last_known_root": "b" * 64,
        },
    )
    assert slugs(audit_record(scribe.copy(), scribe.trust)) == ["epoch_misstated"]


def test_an_epoch_that_says_nothing_is_missing_is_held_to_that(scribe):
    size = len(scribe.leaves)
    scribe.write(
        "desk",
        "desk.epoch_opened.v1",
        {
            "restored_size": size,
            "restored_root": root_of(scribe.leaves),
            "last_known_size": size,
            "last_known_root": "b" * 64,
        },
    )
    assert slugs(audit_record(scribe.copy(), scribe.trust)) == ["epoch_misstated"]


def test_a_copy_of_what_was_lost_proves_that_nothing_before_it_was_touched(scribe):
    night = Night(scribe)
    verdict = night.judged(kept_copies=[("ours", night.lost)])
    assert verdict.sound, verdict.faults
    assert any("ours" in each and "was lost before entry" in each for each in verdict.proven)


def test_a_loss_excuses_no_edit_of_what_came_before_it(scribe):
    night = Night(scribe, before=2)
    mirrored = night.lost
    edited = len(night.restored) - 1
    scribe.leaves[edited] = scribe.leaves[edited - 1]
    data_root = root_of(scribe.leaves[: len(night.restored)])
    # The desk signs anew, with an epoch that fits what it edited.
    del scribe.leaves[night.epoch :]
    scribe.write(
        "desk",
        "desk.epoch_opened.v1",
        {
            "restored_size": len(night.restored),
            "restored_root": data_root,
            "last_known_size": len(night.lost_leaves),
            "last_known_root": root_of(night.lost_leaves),
        },
    )
    verdict = night.judged(kept_copies=[("ours", mirrored)])
    assert "entries_withheld" in slugs(verdict) or "old_entry_edited" in slugs(verdict)


def test_a_checkpoint_alone_does_not_tell_a_loss_from_an_edit_and_says_what_would(scribe):
    night = Night(scribe, after=1)
    verdict = night.judged(kept=[("ours", night.lost.note)])
    [fault] = verdict.faults
    assert str(fault.slug) == "old_entry_edited"
    assert "A whole copy of what was lost, given with --earlier" in fault.sentence


def test_a_desk_that_admits_to_less_than_it_lost_is_refuted_by_who_holds_more(scribe):
    night = Night(scribe, after=3, admits=len(scribe.leaves) + 1)
    assert slugs(night.judged(kept_copies=[("ours", night.lost)])) == ["entries_withheld"]


def test_a_rewritten_entry_after_an_epoch_is_no_loss_of_that_epoch(scribe):
    night = Night(scribe, after=6)
    seen = scribe.copy()
    last = len(scribe.leaves) - 1
    scribe.leaves[last] = scribe.leaves[1]
    assert "record_forked" in slugs(night.judged(kept_copies=[("ours", seen)]))
    scribe.write("desk", "escalated.v1", {"message": "M-more"})
    assert "old_entry_edited" in slugs(night.judged(kept_copies=[("ours", seen)]))


def test_two_losses_are_each_told_by_the_copy_of_what_was_lost(scribe):
    first = Night(scribe)
    second = Night(scribe, before=1, after=4)
    for lost in (first.lost, second.lost):
        verdict = second.judged(kept_copies=[("ours", lost)])
        assert verdict.sound, verdict.faults
        assert any("ours" in each and "what was lost" in each for each in verdict.proven)


def forks_from(scribe, **entries):
    """A copy for each name, of so many entries more, unlike the others'; the record as it was."""
    base, heads, minute = list(scribe.leaves), dict(scribe.heads), scribe.minute
    shown = []
    for name, count in entries.items():
        for at in range(count):
            scribe.write("desk", "escalated.v1", {"message": f"TO-{name}-{at}"})
        shown.append((name, scribe.copy()))
        scribe.leaves[len(base) :] = []
        scribe.heads, scribe.minute = dict(heads), minute
    return shown


def opens_epoch(scribe, lost, restored_size=None):
    size = len(scribe.leaves) if restored_size is None else restored_size
    known = len(lost.leaves), root_of(lost.leaves.values())
    opens_epoch_of(scribe, size, *known)


def opens_epoch_of(scribe, size, known_size, known_root):
    scribe.write(
        "desk",
        "desk.epoch_opened.v1",
        {
            "restored_size": size,
            "restored_root": root_of(scribe.leaves[:size]),
            "last_known_size": known_size,
            "last_known_root": known_root,
        },
    )


def told_as_lost(sentences):
    return [each for each in sentences if "what was lost before entry" in each]


def test_two_histories_shown_apart_are_no_loss_whatever_an_epoch_says_was_lost(scribe):
    shown = forks_from(scribe, EAST=3, WEST=4)
    size = len(scribe.leaves)
    opens_epoch_of(scribe, size, size + 1000, "ab" * 32)
    scribe.write("desk", "escalated.v1", {"message": "after"})
    verdict = audit_record(scribe.copy(), scribe.trust, kept_copies=shown)
    assert slugs(verdict) == ["record_forked"]
    assert told_as_lost(verdict.proven) == []


def test_two_epochs_over_one_beginning_excuse_no_two_histories(scribe):
    """Each names the root of one fork, and both say that the same beginning was put back."""
    shown = forks_from(scribe, EAST=3, WEST=4)
    size = len(scribe.leaves)
    for _, copy in shown:
        opens_epoch(scribe, copy, size)
    verdict = audit_record(scribe.copy(), scribe.trust, kept_copies=shown)
    assert "record_forked" in slugs(verdict)


def test_a_copy_that_ends_before_the_root_that_the_desk_names_is_not_proven_to_be_lost(scribe):
    [(_, full)] = forks_from(scribe, ALL=5)
    [(_, part)] = forks_from(scribe, ALL=3)
    opens_epoch(scribe, full)
    copy = scribe.copy()
    alone = audit_record(copy, scribe.trust, kept_copies=[("part", part)])
    assert alone.sound, alone.faults
    assert told_as_lost(alone.proven) == []
    assert ["part" in each for each in told_as_lost(alone.unproven)] == [True]
    both = audit_record(copy, scribe.trust, kept_copies=[("part", part), ("full", full)])
    assert both.sound, both.faults
    assert len(told_as_lost(both.proven)) == 2


def test_a_loss_that_was_itself_lost_again_is_no_fork(scribe):
    """An older backup still was put back, and the epoch of the first loss is gone with the rest."""
    base = len(scribe.leaves)
    heads, minute = dict(scribe.heads), scribe.minute
    scribe.write("desk", "escalated.v1", {"message": "kept at first"})
    first = Night(scribe)
    for at in range(3):
        scribe.write("desk", "escalated.v1", {"message": f"gone on {at}"})
    second = scribe.copy()
    scribe.leaves[base:] = []
    scribe.heads, scribe.minute = heads, minute
    opens_epoch(scribe, second)
    verdict = audit_record(
        scribe.copy(), scribe.trust, kept_copies=[("first", first.lost), ("second", second)]
    )
    assert verdict.sound, verdict.faults


def test_the_command_takes_a_whole_copy_as_an_earlier_one(scribe, tmp_path, capsys):
    night = Night(scribe)
    keys = render_keys(scribe.trust.keys)
    write_bundle(tmp_path / "now", files_of(scribe.copy(), keys))
    write_bundle(tmp_path / "lost", files_of(night.lost, keys))
    assert verify([str(tmp_path / "now"), "--earlier", str(tmp_path / "lost")]) == SOUND
    assert "what was lost before entry" in " ".join(capsys.readouterr().out.split())
    note = tmp_path / "lost" / "checkpoint"
    assert verify([str(tmp_path / "now"), "--earlier", str(note)]) == REFUTED
