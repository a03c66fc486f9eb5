// A receipt (C2SP tlog-proof) verified here: nothing the desk says of it is believed but its key.

import { hex } from "../signing/encoding";
import { HASH_BYTES, leafHash, rootFrom } from "./merkle";
import { type Checkpoint, exactBytes, type NoteKey, parseCheckpoint, verifySigned, witnessNames } from "./note";
import { NotProven } from "./words";

const HEADER = "c2sp.org/tlog-proof@v1";
const INDEX = /^index (0|[1-9][0-9]{0,15})$/;
const HASHES_MAX = 63;

/** That entry `index` lies under the root of the checkpoint. Nothing of it is verified yet. */
export interface Receipt {
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
  readonly checkpoint: Checkpoint;
}

/** What was proven of an entry's place: in a record of this size, and who besides the desk saw that. */
export interface Place {
  readonly size: number;
  readonly witnesses: readonly string[];
}

/** The parts of a receipt. Throws NotProven: it has not the one form of a receipt. */
export function parseReceipt(text: string): Receipt {
  const at = text.indexOf("\n\n");
  const [header, ...rows] = text.slice(0, Math.max(at, 0)).split("\n");
  if (header !== HEADER) throw new NotProven("proof.no_receipt");
  if (rows[0]?.startsWith("extra ")) rows.shift(); // whatever somebody put beside it: nothing vouches for it
  const found = INDEX.exec(rows.shift() ?? "");
  const hashes = rows.map(exactBytes);
  if (found === null || hashes.length > HASHES_MAX || hashes.some((each) => each.length !== HASH_BYTES)) {
    throw new NotProven("proof.no_receipt");
  }
  return { index: Number(found[1]), hashes, checkpoint: parseCheckpoint(text.slice(at + 2)) };
}

/**
 * Where the receipt proves the leaf with this hash to stand, by the desk's keys.
 *
 * Throws NotProven: the receipt is for another entry, its hashes lead elsewhere, or it is not signed.
 */
export async function placeOf(receipt: Receipt, index: number, leaf: Uint8Array, keys: readonly NoteKey[]): Promise<Place> {
  if (receipt.index !== index) throw new NotProven("proof.other_entry");
  const { checkpoint } = receipt;
  await verifySigned(checkpoint, keys);
  const root = await rootFrom(leaf, index, checkpoint.size, receipt.hashes);
  if (hex(root) !== hex(checkpoint.root)) throw new NotProven("proof.leads_elsewhere");
  return { size: checkpoint.size, witnesses: witnessNames(checkpoint) };
}

/** The hash of a leaf one holds, which must be the hash that was told beside it. Throws NotProven. */
export async function hashOf(entry: { readonly leaf: string | null; readonly leaf_hash: string }): Promise<Uint8Array> {
  const told = exactBytes(entry.leaf_hash);
  if (entry.leaf === null) return told;
  const own = await leafHash(entry.leaf);
  if (hex(own) !== hex(told)) throw new NotProven("proof.other_leaf");
  return own;
}
