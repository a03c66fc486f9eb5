// Checkpoints as signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature). The desk's side
// is `record/note.py` and `record/checkpoint.py`; what those refuse is refused here.

import { base64, bytesOf, hex, sha256, utf8 } from "../signing/encoding";
import { HASH_BYTES } from "./merkle";
import { NotProven } from "./words";

export const ED25519 = 1;
export const COSIGNATURE = 4;

const KEY_ID_BYTES = 4;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;
const ROW = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/;
const NUMBER = /^(0|[1-9][0-9]{0,15})$/;

/** Whom one trusts: a public key under a name, for one type of signature. */
export interface NoteKey {
  readonly name: string;
  readonly algorithm: typeof ED25519 | typeof COSIGNATURE;
  readonly raw: Uint8Array<ArrayBuffer>;
}

/** One row under a note: by its length a signature of a log, or of a witness with its time. */
export interface Signature {
  readonly name: string;
  readonly keyId: string;
  readonly signature: Uint8Array<ArrayBuffer>;
  readonly isWitness: boolean;
}

/** That the record `origin` had `size` entries under `root`. Nothing of it is verified yet. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array<ArrayBuffer>;
  readonly text: string;
  readonly signatures: readonly Signature[];
}

/** The checkpoint in a note. Throws NotProven: it is none. */
export function parseCheckpoint(note: string): Checkpoint {
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n")) throw new NotProven("proof.no_checkpoint");
  const text = note.slice(0, at + 1);
  const [origin, size, root] = text.split("\n");
  if (!origin || !size || !root || !NUMBER.test(size)) throw new NotProven("proof.no_checkpoint");
  const hash = exactBytes(root);
  if (hash.length !== HASH_BYTES) throw new NotProven("proof.no_checkpoint");
  const signatures = note.slice(at + 2, -1).split("\n").map(parseSignature);
  return { origin, size: Number(size), root: hash, text, signatures };
}

function parseSignature(row: string): Signature {
  const [, name, encoded] = ROW.exec(row) ?? [];
  if (name === undefined || encoded === undefined) throw new NotProven("proof.no_checkpoint");
  const raw = exactBytes(encoded);
  const signature = raw.slice(KEY_ID_BYTES);
  const keyId = hex(raw.subarray(0, KEY_ID_BYTES));
  return { name, keyId, signature, isWitness: signature.length === TIME_BYTES + SIGNATURE_BYTES };
}

/** The bytes of base64 that is the one text of them. Throws NotProven. */
export function exactBytes(text: string): Uint8Array<ArrayBuffer> {
  try {
    const bytes = bytesOf(text);
    if (base64(bytes) === text) return bytes;
  } catch {
    // Not base64 at all: refused with what is not canonical.
  }
  throw new NotProven("proof.no_checkpoint");
}

/** The four bytes, in hex, by which a signature says which key to try. */
async function keyIdOf(key: NoteKey): Promise<string> {
  const named = new Uint8Array([...utf8(`${key.name}\n`), key.algorithm, ...key.raw]);
  return hex((await sha256(named)).subarray(0, KEY_ID_BYTES));
}

/** The key as one line of text: what the desk's operator hands on outside the record. */
export async function vkeyOf(key: NoteKey): Promise<string> {
  return `${key.name}+${await keyIdOf(key)}+${base64(new Uint8Array([key.algorithm, ...key.raw]))}`;
}

/**
 * Returns if one of these keys of the record signed the checkpoint.
 *
 * Throws NotProven: the record is another's, or no signature of theirs is under it, or one fails.
 */
export async function verifySigned(checkpoint: Checkpoint, keys: readonly NoteKey[]): Promise<void> {
  let isSigned = false;
  for (const key of keys) {
    if (checkpoint.origin !== key.name) throw new NotProven("proof.other_record");
    const id = await keyIdOf(key);
    const signed = checkpoint.signatures.find((each) => each.name === key.name && each.keyId === id);
    if (signed === undefined) continue;
    if (!(await verifies(key.raw, signed.signature, utf8(checkpoint.text)))) throw new NotProven("proof.bad_signature");
    isSigned = true;
  }
  if (!isSigned) throw new NotProven("proof.not_signed");
}

/** The names of those who cosigned, as it says; only a key one trusts makes it more than a word. */
export function witnessNames(checkpoint: Checkpoint): readonly string[] {
  return [...new Set(checkpoint.signatures.filter((each) => each.isWitness).map((each) => each.name))];
}

export async function verifies(raw: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const key = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, signature, message);
}
