"""Copies as files: what is written is read back, and hostile files are refused or bounded."""

from __future__ import annotations

import zipfile
from hashlib import sha256

import msgspec
import pytest

from openline.record.audit.beside import PapersJudged, judge_beside
from openline.record.audit.verdict import audit_record
from openline.record.audit.words import Trust
from openline.record.bundle import (
    files_of,
    open_bundle,
    parse_keys,
    render_keys,
    write_bundle,
)
from openline.record.errors import CopyDamaged, NotAKey


@pytest.fixture(params=["copy", "copy.zip"])
def path(tmp_path, request):
    """Where a copy goes: a folder, or a zip."""
    return tmp_path / request.param


def written(scribe, path, copy=None):
    keys = render_keys(scribe.trust.keys, scribe.keys["desk"].public_key())
    write_bundle(path, files_of(copy or scribe.copy(), keys))
    return path


def verdict_of(path, trust=None):
    with open_bundle(path) as bundle:
        return audit_record(bundle, trust or bundle.trust())


def slugs(verdict):
    return [fault.slug.value for fault in verdict.faults]


def test_what_is_written_is_read_back(scribe, path):
    copy = scribe.copy()
    copy.earlier = [("", scribe.checkpoint(scribe.leaves[:4]))]
    with open_bundle(written(scribe, path, copy)) as bundle:
        assert bundle.checkpoint() == copy.note
        assert [note for _, note in bundle.earlier_checkpoints()] == [copy.earlier[0][1]]
        assert bundle.tile(0, 0, 10) == copy.tiles[0, 0]
        assert {index: bundle.leaf(index) for index in range(10)} == copy.leaves
        assert {index: bundle.salted_body(index) for index in (3, 6)} == copy.bodies
        assert bundle.indices() == set(range(10))
        assert bundle.trust() == Trust(
            keys=scribe.trust.keys, desk_key=scribe.keys["desk"].public_key(), from_copy=True
        )
        assert audit_record(bundle, scribe.trust, complete=True).sound


def test_two_checkpoints_of_one_size_are_both_kept_as_evidence(scribe, path):
    copy = scribe.copy()
    one = scribe.checkpoint(scribe.leaves[:4])
    other = scribe.checkpoint([*scribe.leaves[:3], b"another"])
    copy.earlier = [("one", one), ("other", other)]
    with open_bundle(written(scribe, path, copy)) as bundle:
        assert {note for _, note in bundle.earlier_checkpoints()} == {one, other}


def test_the_same_copy_gives_the_same_zip(scribe, tmp_path):
    one, two = written(scribe, tmp_path / "1.zip"), written(scribe, tmp_path / "2.zip")
    assert one.read_bytes() == two.read_bytes()


def test_a_copy_is_never_written_over(scribe, path):
    written(scribe, path)
    with pytest.raises(FileExistsError):
        written(scribe, path)


def test_nothing_is_handed_over_before_there_is_a_checkpoint(scribe, path):
    copy = scribe.copy()
    copy.note = None
    with pytest.raises(CopyDamaged, match="no checkpoint yet"):
        written(scribe, path, copy)


def test_a_full_tile_serves_where_a_partial_one_was(blank, tmp_path):
    blank.open()
    for n in range(297):
        blank.write("east", "line.checked.v1", {"n": n})
    folder = written(blank, tmp_path / "copy")
    (folder / "checkpoint").write_bytes(blank.checkpoint(blank.leaves[:200]))
    for index in range(200, 300):
        (folder / f"entries/{index}.jws").unlink()
    (folder / "tile/1/000.p/1").unlink()
    assert verdict_of(folder).sound


def test_a_tile_of_another_length_than_its_name_says_is_found(scribe, tmp_path):
    folder = written(scribe, tmp_path / "copy")
    tile = folder / "tile/0/000.p/10"
    tile.write_bytes(tile.read_bytes() + bytes(32))
    verdict = verdict_of(folder)
    assert slugs(verdict) == ["tile_altered"]
    assert "has 352 bytes, not 320" in verdict.faults[0].sentence


def test_a_copy_without_a_checkpoint_proves_nothing(scribe, tmp_path):
    folder = written(scribe, tmp_path / "copy")
    (folder / "checkpoint").unlink()
    assert slugs(verdict_of(folder)) == ["checkpoint_unreadable"]


@pytest.mark.parametrize(
    ("name", "length"),
    [("entries/3.jws", 1 << 16), ("tile/0/000.p/10", 8_193), ("bodies/3", (1 << 26) + 1)],
)
def test_a_file_longer_than_its_kind_can_be_is_not_read_whole(scribe, tmp_path, name, length):
    folder = written(scribe, tmp_path / "copy")
    with (folder / name).open("wb") as file:
        file.truncate(length)
    verdict = verdict_of(folder)
    assert slugs(verdict) == ["copy_damaged"]
    assert f"{name}: longer than" in verdict.faults[0].sentence


def test_a_zip_that_swells_is_not_read_whole(scribe, tmp_path):
    path = written(scribe, tmp_path / "copy.zip")
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, bytes(1 << 26) if name == "entries/3.jws" else old.read(name))
    assert slugs(verdict_of(bomb)) == ["copy_damaged"]


def test_a_zip_with_two_files_of_one_name_is_refused(scribe, tmp_path):
    path = written(scribe, tmp_path / "copy.zip")
    with (
        zipfile.ZipFile(path, "a") as archive,
        pytest.warns(UserWarning, match="Duplicate"),
    ):
        archive.writestr("checkpoint", b"another")
    with pytest.raises(CopyDamaged, match="two files of one name"):
        verdict_of(path)


def test_no_flipped_bit_in_a_zip_makes_another_entry_pass_for_the_record_s(scribe, tmp_path):
    path = written(scribe, tmp_path / "copy.zip")
    whole = path.read_bytes()
    for at in range(0, len(whole), 61):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        try:
            with open_bundle(path) as bundle:
                if audit_record(bundle, scribe.trust).sound:
                    for index, leaf in enumerate(scribe.leaves):
                        assert bundle.leaf(index) in (None, leaf)
        except CopyDamaged:
            continue


@pytest.mark.parametrize("packed", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_could_ask_for_any_memory_is_refused_unread(scribe, tmp_path, packed):
    path = tmp_path / "copy.zip"
    with zipfile.ZipFile(path, "w", packed) as archive:
        for name, content in files_of(scribe.copy(), render_keys(scribe.trust.keys)):
            archive.writestr(name, content)
    with pytest.raises(CopyDamaged, match="packed in a way that no copy is"):
        verdict_of(path)


def test_what_is_neither_folder_nor_zip_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"neither")
    for name in ("file", "nothing"):
        with pytest.raises(CopyDamaged, match="neither a folder nor a zip"):
            verdict_of(tmp_path / name)


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{}", b'{"format":"other","vkeys":[]}', b'{"format":"openline-keys/1"}', b"\xff"],
)
def test_a_file_that_is_no_list_of_keys_is_refused(text):
    with pytest.raises(CopyDamaged, match=r"keys\.json"):
        parse_keys(text)


def test_a_list_with_a_broken_key_is_refused(scribe):
    text = render_keys(scribe.trust.keys).replace(b"desk.example", b"desk.exampl3")
    with pytest.raises(NotAKey, match="key id"):
        parse_keys(text)


# ---- what lies beside the record


def beside(scribe, tmp_path, files, papers=None):
    """The verdict over a copy with these files beside it."""
    path = tmp_path / "beside"
    write_bundle(path, files_of(scribe.copy(), render_keys(scribe.trust.keys)))
    for name, content in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    with open_bundle(path) as bundle:
        return judge_beside(bundle, audit_record(bundle, scribe.trust), papers)


def telling(scribe, *digests):
    """An account of east's that names files."""
    scribe.write("east", "incident.stated.v1", {}, msgspec.json.encode({"evidence": digests}))


def test_evidence_that_an_account_names_is_proven_to_be_the_very_file(scribe, tmp_path):
    photograph = b"a photograph"
    digest = sha256(photograph).hexdigest()
    telling(scribe, digest, "f" * 64)
    verdict = beside(scribe, tmp_path, {f"evidence/{digest}": photograph})
    assert verdict.sound
    assert any("1 evidence file is the very one" in each for each in verdict.proven)
    genuine = "That this evidence is genuine, or shows what is said of it: no digest tells."
    assert genuine in verdict.unproven
    assert any("What is in 1 file that accounts name" in each for each in verdict.unproven)


def test_evidence_that_is_not_the_file_of_its_digest_is_refused(scribe, tmp_path):
    telling(scribe, "f" * 64)
    verdict = beside(scribe, tmp_path, {f"evidence/{'f' * 64}": b"another photograph"})
    assert [fault.slug for fault in verdict.faults] == ["evidence_altered"]


def test_evidence_that_no_account_names_is_named(scribe, tmp_path):
    digest = sha256(b"slipped in").hexdigest()
    verdict = beside(scribe, tmp_path, {f"evidence/{digest}": b"slipped in"})
    assert any("No account here names" in each and digest in each for each in verdict.unproven)


def test_a_paper_that_the_entries_do_not_make_is_refused(scribe, tmp_path):
    judged = PapersJudged(altered=("timeline.html was edited.",))
    verdict = beside(scribe, tmp_path, {"timeline.html": b"<p>"}, judged)
    assert [fault.slug for fault in verdict.faults] == ["paper_altered"]


def test_papers_that_nobody_made_again_are_not_proven(scribe, tmp_path):
    verdict = beside(scribe, tmp_path, {"timeline.html": b"<p>"})
    assert any(each.startswith("timeline.html: papers for people") for each in verdict.unproven)


def test_a_file_that_belongs_to_no_copy_is_named(scribe, tmp_path):
    verdict = beside(scribe, tmp_path, {"truth.html": b"<p>"})
    assert any("'truth.html'" in each for each in verdict.unproven)
