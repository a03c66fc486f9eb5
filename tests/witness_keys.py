"""Keys of witnesses for tests: the same for the same name in every run."""

from __future__ import annotations

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline.record.note import COSIGNATURE_V1, ED25519, NoteKey, note_key, render_vkey


def private_key_of(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(f"a witness: {name}".encode()).digest())


def witness_key(name: str) -> NoteKey:
    return note_key(f"{name}.example/w1", private_key_of(name), COSIGNATURE_V1)


def witness_vkey(name: str, *, log: bool = False) -> str:
    algorithm = ED25519 if log else COSIGNATURE_V1
    return render_vkey(note_key(f"{name}.example/w1", private_key_of(name), algorithm))
