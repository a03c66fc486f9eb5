// Keys kept on this machine, in IndexedDB, if whoever holds them asked for it. They stay unexportable.

import type { SigningKey } from "./keys";

export interface KeptKey extends SigningKey {
  /** The desk's own address, so that one browser can serve several desks. */
  readonly audience: string;
  readonly position: string;
}

const STORE = "keys";

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("openline", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ["audience", "kid"] });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function within<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const request = ask(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    database.close();
  }
}

export async function keep(key: KeptKey): Promise<void> {
  await within("readwrite", (store) => store.put(key));
}

export async function forget(key: KeptKey): Promise<void> {
  await within("readwrite", (store) => store.delete([key.audience, key.kid]));
}

/** The keys kept for a desk; none where the browser keeps nothing (a private window). */
export async function keptFor(audience: string): Promise<KeptKey[]> {
  try {
    const all: KeptKey[] = await within("readonly", (store) => store.getAll());
    return all.filter((each) => each.audience === audience);
  } catch {
    return [];
  }
}
