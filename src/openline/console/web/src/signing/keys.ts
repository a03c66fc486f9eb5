// A position's key, held by the browser: it signs, and never comes out again.

import { bytesOf, base64url, sha256, utf8 } from "./encoding";
import { NotAKey, pkcs8Of } from "./pem";

/** A private key that can sign and cannot be exported, with its public half and its name. */
export interface SigningKey {
  readonly kid: string;
  readonly x: string;
  readonly key: CryptoKey;
}

const ALGORITHM = "Ed25519";

/** The key in a PEM text. Throws NotAKey. */
export async function keyFromPem(pem: string, passphrase = ""): Promise<SigningKey> {
  return keyFromPkcs8(await pkcs8Of(pem, passphrase));
}

/** The key in an exercise's published bytes (base64 of PKCS 8). */
export async function keyFromBase64(text: string): Promise<SigningKey> {
  return keyFromPkcs8(bytesOf(text));
}

async function keyFromPkcs8(der: Uint8Array<ArrayBuffer>): Promise<SigningKey> {
  let x: string | undefined;
  try {
    // Once extractable, to learn the public half; that copy is dropped at once.
    const open = await crypto.subtle.importKey("pkcs8", der, ALGORITHM, true, ["sign"]);
    x = (await crypto.subtle.exportKey("jwk", open)).x;
  } catch {
    throw new NotAKey("key.not_ed25519");
  }
  if (x === undefined) throw new NotAKey("key.not_ed25519");
  const key = await crypto.subtle.importKey("pkcs8", der, ALGORITHM, false, ["sign"]);
  der.fill(0);
  return { kid: await thumbprint(x), x, key };
}

/** A new key, made here. Its public half is to be enrolled by the desk's operator. */
export async function makeKey(): Promise<SigningKey> {
  const made = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  const pair = made as CryptoKeyPair;
  const x = base64url(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  return { kid: await thumbprint(x), x, key: pair.privateKey };
}

/** The public half as a JSON Web Key, the same text that `openline key` prints. */
export function publicJwk(key: SigningKey): string {
  return JSON.stringify({ crv: "Ed25519", kid: key.kid, kty: "OKP", x: key.x });
}

export async function sign(key: SigningKey, text: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.sign(ALGORITHM, key.key, utf8(text))));
}

/** RFC 7638, with the members that RFC 8037 requires. */
async function thumbprint(x: string): Promise<string> {
  return base64url(await sha256(utf8(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`)));
}
