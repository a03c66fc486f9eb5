// The one place where something is said: signed with the position's own key where there is one,
// else under the token, on the desk's word.

import { NoAnswer, Refused } from "../api/client";
import type { Contents } from "../api/said";
import type { Said } from "../api/seen";
import type { Json } from "../signing/canonical";
import { type Meant, signed } from "../signing/leaf";
import { clock } from "./clock.svelte";
import { desk } from "./desk.svelte";
import { past } from "./past.svelte";
import { session } from "./session.svelte";

/** Nothing may be said from where one is; `why` is a key of the words. */
export class NotNow extends Error {
  constructor(readonly why: "say.in_the_past" | "say.nobody") {
    super(why);
  }
}

const TRIES = 3;
const PAUSE_MS = 700;

/**
 * So long a form waits to see on the screen what was said by it: closed before that, it would invite to say it
 * again. The next thing to say never waits.
 */
const SHOWN_WITHIN_MS = 10_000;

/** Each leaf follows the last of its key, so one thing is said at a time. */
let turn: Promise<unknown> = Promise.resolve();

/** An id that nobody used before, and that people can read: `EAST-TAC.duty-0033-x7k2`. */
export function newId(prefix: string): string {
  const random = crypto.getRandomValues(new Uint32Array(2));
  return `${prefix}-${Array.from(random, (each) => each.toString(36).padStart(7, "0")).join("")}`;
}

/**
 * Says it, as the entry it then is. Sent again under its own id after a silence of the desk, so it
 * is taken once. Throws Refused, NoAnswer or NotNow.
 */
export function say<K extends keyof Contents>(kind: K, content: Contents[K], id = newId(kind)): Promise<Said> {
  const mine = turn.then(() => sayNow(kind, content, id));
  turn = mine.catch(() => undefined);
  return mine.then(shown);
}

/** It stands, whether or not it can be shown yet. */
async function shown(said: Said): Promise<Said> {
  const refreshed = desk.refresh(true).catch(() => undefined);
  await Promise.race([refreshed, new Promise((resolve) => setTimeout(resolve, SHOWN_WITHIN_MS))]);
  return said;
}

async function sayNow<K extends keyof Contents>(kind: K, content: Contents[K], id: string): Promise<Said> {
  const { me, key, api } = session;
  if (me === null) throw new NotNow("say.nobody");
  if (past.at !== null) throw new NotNow("say.in_the_past");
  const meant: Meant = {
    id,
    party: me.party,
    position: me.position,
    kind,
    content: content as unknown as Record<string, Json>,
    saidAt: new Date(clock.now ?? Date.now()),
  };
  return again(async () => {
    if (key === null) return api.say(id, kind, content);
    const { origin, keys } = await api.me();
    const chain = keys.find((each) => each.kid === key.kid);
    if (chain === undefined) throw new NotNow("say.nobody");
    return api.state(await signed(key, meant, { record: origin, seq: chain.next_seq, prevhash: chain.head }));
  });
}

/** Tries again where the desk did not answer, or another leaf of the same key came in between. */
async function again(attempt: () => Promise<Said>): Promise<Said> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      const mayHelp = error instanceof NoAnswer || (error instanceof Refused && error.slug === "out-of-turn");
      if (error instanceof Refused && error.status === 401 && left > 1 && (await session.renew())) continue;
      if (!mayHelp || left <= 1) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
