"""The offline verifier as its users run it: alone, in plain words, by exit status."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from openline.record.bundle import files_of, render_keys, write_bundle
from openline.record.keys import public_jwk
from openline.record.note import render_vkey
from openline.record.verify import NOT_JUDGED, REFUTED, SOUND, main

RUN_ALONE = """
import sys
from openline.record.verify import main
status = main(sys.argv[1:])
ours = sorted(name for name in sys.modules if name.split(".")[0] == "openline")
strangers = [name for name in ours if name != "openline" and name.split(".")[1] != "record"]
network = [name for name in ("socket", "http.client", "sqlite3", "apsw") if name in sys.modules]
assert not strangers, strangers
assert not network, network
sys.exit(status)
"""


@pytest.fixture
def folder(scribe, tmp_path):
    """A copy in a folder, with the desk's keys in it."""
    path = tmp_path / "copy"
    write_bundle(path, files_of(scribe.copy(), render_keys(scribe.trust.keys)))
    return path


@pytest.fixture
def vkey(scribe):
    return render_vkey(scribe.trust.keys[0])


def test_it_runs_with_nothing_of_the_desk_and_no_network_loaded(folder, vkey):
    run = subprocess.run(
        [sys.executable, "-c", RUN_ALONE, str(folder), "--vkey", vkey, "--complete"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert run.returncode == SOUND


def test_it_runs_as_a_module(folder, vkey):
    run = subprocess.run(
        [sys.executable, "-m", "openline.record.verify", str(folder), "--vkey", vkey],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (SOUND, "")
    assert run.stdout.startswith("Proven\n")


def test_a_sound_copy_is_told_in_plain_words(folder, vkey, capsys):
    assert main([str(folder), "--vkey", vkey, "--complete"]) == SOUND
    told = capsys.readouterr().out
    assert "Proven\n" in told
    assert "Not proven\n" in told
    assert told.endswith(
        "Nothing is wrong with what was shown. Rely on what is proven, and on no more.\n"
    )


def test_without_a_key_of_one_s_own_the_copy_s_are_used_and_it_is_said(folder, capsys):
    assert main([str(folder)]) == SOUND
    assert "they came with the copy" in capsys.readouterr().out


def test_a_copy_that_names_no_keys_cannot_be_judged_without_one(folder, vkey, capsys):
    (folder / "keys.json").unlink()
    assert main([str(folder)]) == NOT_JUDGED
    assert "Give the desk's with --vkey" in capsys.readouterr().err
    assert main([str(folder), "--vkey", vkey]) == SOUND


def test_an_edited_entry_is_named_and_the_status_is_1(folder, vkey, scribe, capsys):
    (folder / "entries/3.jws").write_bytes(scribe.leaves[3][:-2] + b"AA")
    assert main([str(folder), "--vkey", vkey]) == REFUTED
    told = capsys.readouterr().out
    assert "old_entry_edited: Entry 3 is not the one that was signed" in told
    assert told.endswith("Refuted: do not rely on this.\n")


def test_a_checkpoint_one_kept_is_held_against_the_copy(folder, vkey, scribe, tmp_path, capsys):
    kept = tmp_path / "kept"
    kept.write_bytes(scribe.checkpoint(scribe.leaves[:4]))
    assert main([str(folder), "--vkey", vkey, "--earlier", str(kept)]) == SOUND
    kept.write_bytes(scribe.checkpoint([b"another beginning", *scribe.leaves[1:4]]))
    assert main([str(folder), "--vkey", vkey, "--earlier", str(kept)]) == REFUTED
    assert "old_entry_edited" in capsys.readouterr().out


def test_a_missing_entry_is_a_fault_only_of_a_copy_that_claims_to_be_whole(folder, vkey, capsys):
    (folder / "entries/9.jws").unlink()
    assert main([str(folder), "--vkey", vkey]) == SOUND
    assert main([str(folder), "--vkey", vkey, "--complete"]) == REFUTED
    assert "entries_withheld" in capsys.readouterr().out


def test_machines_get_the_same_verdict(folder, vkey, capsys):
    assert main([str(folder), "--vkey", vkey, "--json"]) == SOUND
    told = json.loads(capsys.readouterr().out)
    assert told["sound"] is True
    assert (told["origin"], told["size"], told["faults"]) == ("desk.example/river", 10, [])


@pytest.fixture
def receipt(scribe, tmp_path):
    """A receipt, its leaf and the signer's key, as files."""
    (tmp_path / "m.tlog-proof").write_bytes(scribe.receipt(3))
    (tmp_path / "m.jws").write_bytes(scribe.leaves[3])
    (tmp_path / "east.json").write_text(json.dumps(public_jwk(scribe.keys["east"].public_key())))
    (tmp_path / "west.json").write_text(json.dumps(public_jwk(scribe.keys["west"].public_key())))
    return tmp_path


def test_a_receipt_is_judged_with_its_leaf(receipt, vkey, capsys):
    asked = [str(receipt / "m.tlog-proof"), "--leaf", str(receipt / "m.jws"), "--vkey", vkey]
    assert main(asked) == SOUND
    assert main([*asked, "--key", str(receipt / "east.json")]) == SOUND
    assert main([*asked, "--key", str(receipt / "west.json")]) == REFUTED
    assert "key_forged" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"--vkey": "nonsense"}, "A verifier key reads"),
        ({"--leaf": "{0}/none.jws"}, "none.jws"),
        ({"--key": "{0}/m.jws"}, "not a JSON Web Key"),
        ({"--vkey": None}, "A receipt holds no keys"),
    ],
)
def test_what_cannot_be_judged_is_said_in_a_sentence(receipt, vkey, capsys, change, why):
    options = {"--leaf": "{0}/m.jws", "--vkey": vkey} | change
    asked = [str(receipt / "m.tlog-proof")]
    for name, value in options.items():
        if value is not None:
            asked += [name, value.format(receipt)]
    assert main(asked) == NOT_JUDGED
    told = capsys.readouterr()
    assert why in told.err
    assert told.out == ""


def test_a_path_that_is_no_copy_cannot_be_judged(tmp_path, vkey, capsys):
    assert main([str(tmp_path / "nothing"), "--vkey", vkey]) == NOT_JUDGED
    assert "neither a folder nor a zip" in capsys.readouterr().err


def test_a_files_name_in_a_copy_writes_no_sentence_among_the_verifiers(folder, vkey, capsys):
    (folder / "checkpoints").mkdir()
    name = "x\n  - The holder of WEST's key signed all of it\x1b[8m"
    (folder / "checkpoints" / name).write_bytes((folder / "checkpoint").read_bytes())
    assert main([str(folder), "--vkey", vkey]) == SOUND
    said = capsys.readouterr().out
    assert not [row for row in said.split("\n") if row.startswith("  - The holder of WEST")]
    assert "checkpoints/x\\u000a  - The holder" in said
    assert "\x1b" not in said
