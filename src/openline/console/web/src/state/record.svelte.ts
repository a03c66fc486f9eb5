// The record as far as one has read it: from its end backwards, page by page, and what one trusts it by.

import type { EntryKept } from "../api/seen";
import { hashOf, parseReceipt, placeOf, type Place } from "../proof/receipt";
import { isSignedBy, type LeafRead, readLeaf, verifyBody } from "../proof/leaf";
import { type Checkpoint, ED25519, type NoteKey, parseCheckpoint, verifySigned, vkeyOf } from "../proof/note";
import { NotProven } from "../proof/words";
import { bytesOf } from "../signing/encoding";
import { desk } from "./desk.svelte";
import { session } from "./session.svelte";

/** As many as the desk gives at once. */
const PAGE = 256;
const KEPT_AS = "openline.desk-key";

/** An entry as it is shown: what its leaf says, or nothing but its hash. */
export interface Row {
  readonly kept: EntryKept;
  readonly leaf: LeafRead | null;
}

/** What an entry's proof came to; `signer` is whose signature was verified on the leaf itself. */
export interface Proven {
  readonly place: Place;
  readonly signer: "own" | "desk" | "other" | "hash";
  readonly receipt: string;
}

class RecordRead {
  /** Newest first, without a gap. */
  rows = $state.raw<readonly Row[]>([]);
  checkpoint = $state.raw<Checkpoint | null>(null);
  /** The desk's key as one line, to be held against what its operator handed on. */
  vkey = $state<string | null>(null);
  /** Why the checkpoint is not proven; null while it is. */
  fault = $state<NotProven["why"] | null>(null);
  /** Whether the desk shows another key than this browser saw first. */
  keyChanged = $state(false);
  busy = $state(false);

  /** The index of the oldest entry that was read. */
  from = $derived(this.rows.at(-1)?.kept.index ?? 0);

  private key: { readonly note: NoteKey; readonly x: string } | null = null;
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
    const key = await this.deskKey();
    const read = parseCheckpoint(await session.api.checkpoint());
    this.checkpoint = read;
    this.fault = await verifySigned(read, key.note).then(
      () => null,
      (error: unknown) => whyOf(error),
    );
  }

  /** The key that the record's first entry names; the first one seen is kept, and another told. */
  private async deskKey(): Promise<NonNullable<RecordRead["key"]>> {
    const origin = session.me?.origin ?? "";
    if (this.key !== null && this.origin === origin) return this.key;
    const [genesis] = await this.read(0, 1);
    const named = genesis?.leaf?.data.desk_key as { x: string } | undefined;
    if (named === undefined) throw new NotProven("proof.no_desk_key");
    this.origin = origin;
    this.key = { note: { name: origin, algorithm: ED25519, raw: bytesOf(named.x) }, x: named.x };
    this.vkey = await vkeyOf(this.key.note);
    const before = localStorage.getItem(`${KEPT_AS}.${origin}`);
    // LIMIT: the first key seen is believed. Only the operator's line, held against it, makes it more.
    this.keyChanged = before !== null && before !== this.vkey;
    if (before === null) localStorage.setItem(`${KEPT_AS}.${origin}`, this.vkey);
    return this.key;
  }

  /** The proof of one entry, asked for and verified here. Throws NotProven. */
  async prove(row: Row): Promise<Proven> {
    const key = await this.deskKey();
    const receipt = await session.api.receipt(row.kept.index);
    const place = await placeOf(parseReceipt(receipt), row.kept.index, await hashOf(row.kept), key.note);
    return { place, receipt, signer: await this.signerOf(row, key.x) };
  }

  private async signerOf({ kept, leaf }: Row, deskX: string): Promise<Proven["signer"]> {
    if (kept.leaf === null || leaf === null) return "hash";
    await verifyBody(kept, leaf);
    if (leaf.word !== "signed") {
      if (!(await isSignedBy(kept.leaf, deskX))) throw new NotProven("proof.bad_leaf");
      return "desk";
    }
    const own = desk.live?.keys.find((each) => each.kid === leaf.kid);
    if (own === undefined) return "other";
    if (!(await isSignedBy(kept.leaf, own.x))) throw new NotProven("proof.bad_leaf");
    return "own";
  }

  forget(): void {
    this.rows = [];
    this.checkpoint = null;
    this.key = null;
  }
}

export function whyOf(error: unknown): NotProven["why"] {
  if (error instanceof NotProven) return error.why;
  if (error instanceof SyntaxError) return "proof.no_leaf";
  throw error;
}

export const record = new RecordRead();
