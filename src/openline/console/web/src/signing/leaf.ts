// What a position signs: the assertion that proves who it is, and the leaf of each statement. The
// desk's side of both is `sealing/party.py`, `record/leaf.py` and `protocols/rest/issuer.py`.

import { canonical, type Json } from "./canonical";
import { base64, base64url, hex, sha256, utf8 } from "./encoding";
import { type SigningKey, sign } from "./keys";

export const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ASSERTION_S = 60;
const SALT_BYTES = 32;

/** One statement, as its author means it. */
export interface Meant {
  readonly id: string;
  readonly party: string;
  readonly position: string;
  readonly kind: string;
  readonly content: { readonly [name: string]: Json | undefined };
  readonly saidAt: Date;
}

/** Where the key's chain stands in the record that the leaf is meant for. */
export interface Turn {
  readonly record: string;
  readonly seq: number;
  readonly prevhash: string;
}

/** A signed statement as `POST /v1/statements` takes it. */
export interface SignedStatement {
  readonly leaf: string;
  readonly salt?: string;
  readonly body?: string;
}

/**
 * An assertion by which the position gets a token (RFC 7523); used once, good for a minute from `nowMs` on, which is
 * what time it is at the desk: this machine's own clock may be wrong.
 */
export async function assertion(key: SigningKey, position: string, audience: string, nowMs: number): Promise<string> {
  const now = Math.floor(nowMs / 1000);
  const claims = {
    iss: position,
    sub: position,
    aud: audience,
    iat: now,
    exp: now + ASSERTION_S,
    jti: base64url(crypto.getRandomValues(new Uint8Array(16))),
  };
  return compact(key, { alg: "Ed25519", kid: key.kid, typ: "JWT" }, claims);
}

/** The statement signed: a leaf without its body, and the body under a salted digest beside it. */
export async function signed(key: SigningKey, meant: Meant, turn: Turn): Promise<SignedStatement> {
  const { body, ...facts } = meant.content;
  const payload: Record<string, Json> = {
    specversion: "1.0",
    id: meant.id,
    source: `openline:${meant.party}?human#${meant.position}`,
    type: `openline.${meant.kind}`,
    time: instantText(meant.saidAt),
    record: turn.record,
    seq: turn.seq,
    prevhash: turn.prevhash,
    data: facts as Json,
  };
  const header = { alg: "Ed25519", kid: key.kid, typ: "openline+jws" };
  if (body === undefined || body === null) return { leaf: await compact(key, header, payload) };
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const text = canonical(body);
  const salted = new Uint8Array([...salt, ...utf8(text)]);
  payload.bodydigest = hex(await sha256(salted));
  return { leaf: await compact(key, header, payload), salt: base64(salt), body: text };
}

/** What the next leaf of the same key gives as its `prevhash`. */
export async function leafDigest(leaf: string): Promise<string> {
  return hex(await sha256(utf8(leaf)));
}

async function compact(key: SigningKey, header: Json, payload: Json): Promise<string> {
  const text = [header, payload].map((part) => base64url(utf8(canonical(part)))).join(".");
  return `${text}.${await sign(key, text)}`;
}

/** Whole seconds in UTC: nobody's word is more exact than that. */
function instantText(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, "Z");
}
