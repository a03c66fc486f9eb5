// The record as far as one has read it: from its end backwards, page by page, and what one trusts it by.

import type { EntryKept, Measure } from "../api/seen";
import { Keyring, type Named, OF_KEYS, type PartyKey } from "../proof/keyring";
import { hashOf, parseReceipt, placeOf, type Place } from "../proof/receipt";
import { isSignedBy, type LeafRead, readLeaf, verifyBody } from "../proof/leaf";
import { type Checkpoint, ED25519, type NoteKey, parseCheckpoint, verifySigned, vkeyOf } from "../proof/note";
import { NotProven } from "../proof/words";
import { bytesOf } from "../signing/encoding";
import { desk } from "./desk.svelte";
import { session } from "./session.svelte";

/** As many as the desk gives at once. */
const PAGE = 256;
const ROTATED = "desk.key_rotated.v1";
const COSIGNED = "measure.cosigned.v1";
const KEPT_AS = "openline.desk-key";

/** An entry as it is shown: what its leaf says, or nothing but its hash. */
export interface Row {
  readonly kept: EntryKept;
  readonly leaf: LeafRead | null;
}

/** What an entry's proof came to; `signer` is whose signature was verified on the leaf itself. */
export interface Proven {
  readonly place: Place;
  readonly signer: "own" | "named" | "desk" | "other" | "hash";
  readonly receipt: string;
}

/** `since` is the index of the entry that went over to it. */
interface DeskKey extends Named {
  readonly note: NoteKey;
  readonly since: number;
}

function keyOf(origin: string, { kid, x }: Named, since: number): DeskKey {
  return { kid, x, since, note: { name: origin, algorithm: ED25519, raw: bytesOf(x) } };
}

class RecordRead {
  /** Newest first, without a gap. */
  rows = $state.raw<readonly Row[]>([]);
  checkpoint = $state.raw<Checkpoint | null>(null);
  /** The desk's keys, the first first, each as a line to be held against what its operator handed on. */
  vkeys = $state.raw<readonly string[]>([]);
  /** Why the checkpoint is not proven; null while it is. */
  fault = $state<NotProven["why"] | null>(null);
  /** Whether the desk shows another key than this browser saw first. */
  keyChanged = $state(false);
  busy = $state(false);

  /** The index of the oldest entry that was read. */
  from = $derived(this.rows.at(-1)?.kept.index ?? 0);

  private keys: readonly DeskKey[] = [];
  /** Up to which entry it was looked for keys that the desk went over to. */
  private followed = 0;
  /** The parties' keys, by the entries that name them and put them out of force; and up to which those were sought. */
  private ring = new Keyring();
  private sought = 0;
  private origin = "";
  private again = false;

  /** Reads what came since, and the checkpoint over it. */
  async refresh(): Promise<void> {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      await this.readNew();
    } finally {
      this.busy = false;
    }
    if (this.again) await this.refresh();
  }

  private async readNew(): Promise<void> {
    this.again = false;
    await this.readCheckpoint();
    const size = this.checkpoint?.size ?? 0;
    const after = (this.rows[0]?.kept.index ?? Math.max(0, size - PAGE) - 1) + 1;
    for (let from = after; from < size; from += PAGE) {
      const rows = await this.read(from, Math.min(from + PAGE, size));
      this.rows = [...rows.reverse(), ...this.rows];
    }
  }

  /** Reads one page further back; false if there is none. */
  async readBack(): Promise<boolean> {
    if (this.busy || this.from === 0) return false;
    this.busy = true;
    try {
      const rows = await this.read(Math.max(0, this.from - PAGE), this.from);
      this.rows = [...this.rows, ...rows.reverse()];
      return true;
    } finally {
      this.busy = false;
    }
  }

  private async read(from: number, to: number): Promise<Row[]> {
    const { entries } = await session.api.entries(from, to);
    return entries.map((kept) => ({ kept, leaf: kept.leaf === null ? null : readLeaf(kept.leaf) }));
  }

  private async readCheckpoint(): Promise<void> {
    const read = parseCheckpoint(await session.api.checkpoint());
    this.checkpoint = read;
    this.fault = await this.trusting((keys) => verifySigned(read, keys)).then(
      () => null,
      (error: unknown) => whyOf(error),
    );
  }

  /** What is verified by the desk's keys; if none of those known signed it, by those it went over to. */
  private async trusting<T>(verify: (keys: readonly NoteKey[]) => Promise<T>): Promise<T> {
    await this.firstKey();
    try {
      return await verify(this.keys.map((each) => each.note));
    } catch (error) {
      if (!(error instanceof NotProven && error.why === "proof.not_signed") || !(await this.followRotations())) throw error;
      return verify(this.keys.map((each) => each.note));
    }
  }

  /** The key that the record's first entry names; the first one seen is kept, and another told. */
  private async firstKey(): Promise<void> {
    const origin = session.me?.origin ?? "";
    if (this.keys.length > 0 && this.origin === origin) return;
    const [genesis] = await this.read(0, 1);
    const named = genesis?.leaf?.data.desk_key as Named | undefined;
    if (named === undefined) throw new NotProven("proof.no_desk_key");
    this.origin = origin;
    const first = keyOf(origin, named, 0);
    this.keys = [first];
    this.followed = 0;
    const vkey = await vkeyOf(first.note);
    this.vkeys = [vkey];
    const before = localStorage.getItem(`${KEPT_AS}.${origin}`);
    // LIMIT: the first key seen is believed. Only the operator's line, held against it, makes it more.
    this.keyChanged = before !== null && before !== vkey;
    if (before === null) localStorage.setItem(`${KEPT_AS}.${origin}`, vkey);
  }

  /** The keys that the desk went over to, each by an entry that the one before signed. Whether there is another. */
  private async followRotations(): Promise<boolean> {
    const known = this.keys.length;
    for (let size = this.followed + 1; this.followed < size; ) {
      const page = await session.api.moments(this.followed);
      for (const [index, , kind] of page.moments) if (kind === ROTATED) await this.goOverTo(index);
      [this.followed, size] = [page.upto, page.size];
    }
    return this.keys.length > known;
  }

  private async goOverTo(index: number): Promise<void> {
    const [row] = await this.read(index, index + 1);
    const last = this.keys.at(-1);
    const named = row?.leaf?.data.key as Named | undefined;
    if (!row?.kept.leaf || !named || !last || !(await isSignedBy(row.kept.leaf, last.x))) throw new NotProven("proof.bad_leaf");
    const key = keyOf(this.origin, named, index);
    this.keys = [...this.keys, key];
    this.vkeys = [...this.vkeys, await vkeyOf(key.note)];
  }

  /** The proof of one entry, asked for and verified here. Throws NotProven. */
  async prove(row: Row): Promise<Proven> {
    const receipt = await session.api.receipt(row.kept.index);
    const hash = await hashOf(row.kept);
    const place = await this.trusting((keys) => placeOf(parseReceipt(receipt), row.kept.index, hash, keys));
    return { place, receipt, signer: await this.signerOf(row) };
  }

  private async signerOf({ kept, leaf }: Row): Promise<Proven["signer"]> {
    if (kept.leaf === null || leaf === null) return "hash";
    await verifyBody(kept, leaf);
    if (leaf.word !== "signed") {
      const key = this.deskKeyAt(leaf.kid, kept.index);
      if (key === undefined || !(await isSignedBy(kept.leaf, key.x))) throw new NotProven("proof.bad_leaf");
      return "desk";
    }
    await this.seekKeys(kept.index);
    const own = desk.live?.keys.find((each) => each.kid === leaf.kid);
    const named = own === undefined ? await this.keyNamed(leaf.kid, kept.index) : undefined;
    if (named !== undefined && named.party !== leaf.party) throw new NotProven("proof.bad_leaf");
    const key = own ?? named;
    if (key === undefined) return "other";
    if (!(await isSignedBy(kept.leaf, key.x))) throw new NotProven("proof.bad_leaf");
    if (this.ring.isOver(leaf.kid, kept.index)) throw new NotProven("proof.key_over");
    return own === undefined ? "named" : "own";
  }

  /** The desk's key of that name, if the desk had not gone over to the next one before this index. */
  private deskKeyAt(kid: string, index: number): DeskKey | undefined {
    const at = this.keys.findIndex((each) => each.kid === kid);
    const next = this.keys[at + 1];
    if (at >= 0 && next !== undefined && index > next.since) throw new NotProven("proof.key_over");
    return this.keys[at];
  }

  /** Takes in every entry about keys before this index. */
  private async seekKeys(index: number): Promise<void> {
    for (let size = this.sought + 1; this.sought < Math.min(index, size); ) {
      const page = await session.api.moments(this.sought);
      for (const [at, , kind] of page.moments) if (OF_KEYS.includes(kind)) await this.noteKey(at);
      [this.sought, size] = [page.upto, page.size];
    }
  }

  /** Another party's key, by an earlier entry of the record that is itself proven here. Throws NotProven: that is not. */
  private async keyNamed(kid: string, index: number): Promise<PartyKey | undefined> {
    const found = this.ring.find(kid);
    if (found === undefined || found.since >= index) return undefined;
    const [row] = await this.read(found.since, found.since + 1);
    if (row === undefined) return undefined;
    await this.prove(row);
    return found;
  }

  private async noteKey(index: number): Promise<void> {
    const [row] = await this.read(index, index + 1);
    if (row?.leaf) this.ring.note(index, row.leaf);
  }

  /** The entries by which a version of a measure was cosigned, the last of each party that stands by it. */
  async cosignatures(measure: Measure): Promise<Row[]> {
    const last = new Map<string, Row>();
    for (let from = measure.entry, size = from + 1; from < size; ) {
      const page = await session.api.moments(from);
      for (const [index, , kind] of page.moments) {
        if (kind !== COSIGNED) continue;
        const [row] = await this.read(index, index + 1);
        const of = row?.leaf?.data;
        if (row?.leaf && of?.measure === measure.id && of.version === measure.version) last.set(row.leaf.party, row);
      }
      [from, size] = [page.upto, page.size];
    }
    return [...last.values()].filter((row) => row.leaf !== null && measure.cosigned.includes(row.leaf.party));
  }

  forget(): void {
    this.rows = [];
    this.checkpoint = null;
    this.keys = [];
    this.ring = new Keyring();
    this.sought = 0;
  }
}

export function whyOf(error: unknown): NotProven["why"] {
  if (error instanceof NotProven) return error.why;
  if (error instanceof SyntaxError) return "proof.no_leaf";
  throw error;
}

export const record = new RecordRead();
