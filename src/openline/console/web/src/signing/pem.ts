// A private key's file as `openline party add` and `openline key` write it: PEM with PKCS 8 inside,
// in the clear or under a passphrase (PBES2: PBKDF2 with HMAC-SHA-256, AES-256-CBC).

import { bytesOf, utf8 } from "./encoding";

/** The file is no private key, or the passphrase is missing or wrong; `why` is a key of the words. */
export class NotAKey extends Error {
  constructor(readonly why: "key.no_pem" | "key.needs_passphrase" | "key.wrong_passphrase" | "key.not_ed25519") {
    super(why);
  }
}

const PEM = /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END (?:ENCRYPTED )?PRIVATE KEY-----/;
const PBES2 = "2a864886f70d01050d";
const PBKDF2 = "2a864886f70d01050c";
const HMAC_SHA256 = "2a864886f70d0209";
const AES_256_CBC = "60864801650304012a";

export function isEncrypted(pem: string): boolean {
  return PEM.exec(pem)?.[1] !== undefined;
}

/** The PKCS 8 bytes of the key in a PEM text. Throws NotAKey. */
export async function pkcs8Of(pem: string, passphrase: string): Promise<Uint8Array<ArrayBuffer>> {
  const found = PEM.exec(pem);
  if (found?.[2] === undefined) throw new NotAKey("key.no_pem");
  const der = bytesOf(found[2].replace(/\s+/g, ""));
  if (found[1] === undefined) return der;
  if (passphrase === "") throw new NotAKey("key.needs_passphrase");
  return unlocked(der, passphrase);
}

async function unlocked(der: Uint8Array<ArrayBuffer>, passphrase: string): Promise<Uint8Array<ArrayBuffer>> {
  const { salt, iterations, iv, locked } = readLocked(der);
  const secret = await crypto.subtle.importKey("raw", utf8(passphrase), "PBKDF2", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations },
    secret,
    { name: "AES-CBC", length: 256 },
    false,
    ["decrypt"],
  );
  try {
    const opened = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-CBC", iv }, key, locked));
    // One wrong passphrase in some 256 leaves padding that looks right, but no sequence of just this length.
    if (opened[0] === SEQUENCE && extent(opened).ends === opened.length) return opened;
  } catch {
    // told below: what was opened is nothing
  }
  throw new NotAKey("key.wrong_passphrase");
}

/** What an EncryptedPrivateKeyInfo (RFC 5958, RFC 8018) says; no other scheme is read. */
function readLocked(der: Uint8Array<ArrayBuffer>) {
  const [algorithm, locked] = parts(der, 2);
  const [scheme, parameters] = parts(algorithm, 2);
  const [derivation, cipher] = parts(parameters, 2);
  const [kdf, kdfParameters] = parts(derivation, 2);
  const [salt, iterations, ...more] = parts(kdfParameters, 3);
  const [cipherName, iv] = parts(cipher, 2);
  // An optional key length may stand before the function; without one it would be HMAC-SHA-1.
  const prf = more.at(-1);
  const names = [scheme, kdf, cipherName, prf && parts(prf, 1)[0]].map((each) => each && content(each));
  const wanted = [PBES2, PBKDF2, AES_256_CBC, HMAC_SHA256];
  if (names.some((name, at) => name === undefined || hexOf(name) !== wanted[at])) throw new NotAKey("key.no_pem");
  return {
    salt: content(salt),
    iterations: content(iterations).reduce((sum, each) => sum * 256 + each, 0),
    iv: content(iv),
    locked: content(locked),
  };
}

type Der = Uint8Array<ArrayBuffer>;

const SEQUENCE = 0x30;

/** The DER items within a constructed one, each with its head; at least so many. */
function parts(der: Der | undefined, least: number): [Der, Der, Der, ...Der[]] {
  const found: Der[] = [];
  let rest = content(der);
  while (rest.length > 0) {
    const { ends } = extent(rest);
    found.push(rest.subarray(0, ends));
    rest = rest.subarray(ends);
  }
  if (found.length < least) throw new NotAKey("key.no_pem");
  return found as [Der, Der, Der, ...Der[]];
}

function content(der: Der | undefined): Der {
  if (der === undefined) throw new NotAKey("key.no_pem");
  const { begins, ends } = extent(der);
  return der.subarray(begins, ends);
}

function extent(der: Der): { begins: number; ends: number } {
  const first = der[1] ?? 0;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  let length = first < 0x80 ? first : 0;
  for (let at = 0; at < lengthBytes; at += 1) length = length * 256 + (der[2 + at] ?? 0);
  const begins = 2 + lengthBytes;
  if (begins + length > der.length) throw new NotAKey("key.no_pem");
  return { begins, ends: begins + length };
}

function hexOf(bytes: Der): string {
  return Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
}
