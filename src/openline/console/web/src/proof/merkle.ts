// The hash tree of RFC 6962, as far as proving an entry's place in it needs. The desk's side is
// `record/merkle.py`; the steps are those of RFC 9162 section 2.1.3.2, which is the same tree.

import { sha256, utf8 } from "../signing/encoding";
import { NotProven } from "./words";

export const HASH_BYTES = 32;

/** The hash under which an entry stands in the tree; never equal to an inner node's. */
export function leafHash(leaf: string): Promise<Uint8Array> {
  return sha256(new Uint8Array([0, ...utf8(leaf)]));
}

function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  return sha256(new Uint8Array([1, ...left, ...right]));
}

/**
 * The root that these hashes lead to from the leaf with this hash.
 *
 * Throws NotProven: the index lies outside the tree, or there are too many or too few hashes for it.
 */
export async function rootFrom(leaf: Uint8Array, index: number, size: number, hashes: readonly Uint8Array[]): Promise<Uint8Array> {
  if (index < 0 || index >= size) throw new NotProven("proof.no_such_place");
  let [node, last, root] = [index, size - 1, leaf];
  for (const sibling of hashes) {
    if (last === 0) throw new NotProven("proof.wrong_length");
    if (isOdd(node) || node === last) {
      root = await nodeHash(sibling, root);
      while (!isOdd(node) && node > 0) [node, last] = [half(node), half(last)];
    } else {
      root = await nodeHash(root, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  if (last !== 0) throw new NotProven("proof.wrong_length");
  return root;
}

// Not by bits: those are 32 in this language, and a record may outgrow them.
const half = (number: number) => Math.floor(number / 2);
const isOdd = (number: number) => number % 2 === 1;
