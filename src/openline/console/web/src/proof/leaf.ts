// A leaf read and verified: what it says, who signed it, and that its body is the one it commits to.

import type { EntryKept } from "../api/seen";
import { bytesOf, hex, sha256, utf8 } from "../signing/encoding";
import { verifies } from "./note";
import { NotProven } from "./words";

/** What a leaf says, as far as a reader is shown it. */
export interface LeafRead {
  readonly id: string;
  readonly kid: string;
  readonly kind: string;
  readonly at: string;
  readonly party: string;
  readonly position: string;
  readonly byHuman: boolean;
  /** On whose word it stands: the author's own key, the desk for a caller, or the desk itself. */
  readonly word: "signed" | "attested" | "desk";
  readonly seq: number;
  readonly data: Record<string, unknown>;
  readonly refs: readonly number[];
  readonly bodyDigest: string | null;
}

const DESK = "DESK";

/** What the leaf says. Throws NotProven: it is no leaf. */
export function readLeaf(leaf: string): LeafRead {
  const [header, payload] = leaf.split(".").map(textOf);
  if (header === undefined || payload === undefined) throw new NotProven("proof.no_leaf");
  const { kid } = JSON.parse(header);
  const said = JSON.parse(payload);
  const [source, position = ""] = String(said.source).replace("openline:", "").split("#");
  const party = (source as string).replace(/\?human$/, "");
  const word = said.attested !== undefined ? "attested" : party === DESK ? "desk" : "signed";
  return {
    id: said.id,
    kid,
    kind: String(said.type).replace("openline.", ""),
    at: said.recordedat ?? said.time,
    party: said.attested?.party ?? party,
    position: said.attested?.position ?? position,
    byHuman: said.attested?.human ?? (source as string).endsWith("?human"),
    word,
    seq: said.seq,
    data: said.data,
    refs: said.refs ?? [],
    bodyDigest: said.bodydigest ?? null,
  };
}

function textOf(part: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(part));
  } catch {
    // A signature is no text; of the other two parts, whoever reads them finds that out.
    return "";
  }
}

/** Whether the key with these bytes signed exactly this leaf. */
export function isSignedBy(leaf: string, x: string): Promise<boolean> {
  const at = leaf.lastIndexOf(".");
  return verifies(bytesOf(x), bytesOf(leaf.slice(at + 1)), utf8(leaf.slice(0, at)));
}

/** Returns if the body is the one that the leaf commits to, or there is none to be held. Throws NotProven. */
export async function verifyBody(entry: EntryKept, leaf: LeafRead): Promise<void> {
  if (entry.body === null || entry.salt === null) return;
  const digest = hex(await sha256(new Uint8Array([...bytesOf(entry.salt), ...utf8(entry.body)])));
  if (digest !== leaf.bodyDigest) throw new NotProven("proof.other_body");
}
