// Whose each key is, from which entry on and until which: what the record's own entries say of keys.

import type { LeafRead } from "./leaf";

/** A public key as an entry names it. */
export interface Named {
  readonly kid: string;
  readonly x: string;
}

/** A party's key, and the index of the entry that names it. */
export interface PartyKey extends Named {
  readonly party: string;
  readonly since: number;
}

const ENROLLED = "key.enrolled.v1";
const ROTATED = "key.rotated.v1";
const REVOKED = "key.revoked.v1";
const PUT_OUT = "key.put_out.v1";

/** The kinds of entry by which a party's key comes into force or goes out of it. */
export const OF_KEYS: readonly string[] = [ENROLLED, ROTATED, REVOKED, PUT_OUT];

export class Keyring {
  private readonly keys = new Map<string, PartyKey>();
  /** The first entry that puts a key out of force: what that key signs after it counts for nothing. */
  private readonly over = new Map<string, number>();

  /** Takes in what an entry says of keys. Entries are noted in their order. */
  note(index: number, leaf: LeafRead): void {
    const key = leaf.data.key as Named | undefined;
    const kid = String(leaf.data.kid);
    if (leaf.kind === ENROLLED && key !== undefined && leaf.word !== "signed") this.name(key, String(leaf.data.party), index);
    if (leaf.kind === ROTATED && key !== undefined && leaf.data.old === leaf.kid) {
      this.name(key, leaf.party, index);
      this.end(leaf.kid, index);
    }
    if (leaf.kind === PUT_OUT && leaf.word === "desk") this.end(kid, index);
    if (leaf.kind === REVOKED && this.mayRevoke(leaf, kid)) this.end(kid, index);
  }

  find(kid: string): PartyKey | undefined {
    return this.keys.get(kid);
  }

  /** Whether what a key signed at this index came after the entry that put it out of force. */
  isOver(kid: string, index: number): boolean {
    const over = this.over.get(kid);
    return over !== undefined && index > over;
  }

  private name(key: Named, party: string, since: number): void {
    if (!this.keys.has(key.kid)) this.keys.set(key.kid, { kid: key.kid, x: key.x, party, since });
  }

  private end(kid: string, index: number): void {
    if (!this.over.has(kid)) this.over.set(kid, index);
  }

  /** Said with another key of its party, or by a caller for whom the desk stands. */
  private mayRevoke(leaf: LeafRead, kid: string): boolean {
    return leaf.kid !== kid && this.keys.get(kid)?.party === leaf.party;
  }
}
