// Who is at the screen: a position of a party, and on whose word what it says will stand.

import { Api, type Door, NoAnswer, Refused } from "../api/client";
import type { Me } from "../api/seen";
import { assertion, ASSERTION_TYPE } from "../signing/leaf";
import type { SigningKey } from "../signing/keys";

/** Renewed when so much of a token's life has passed. */
const RENEW_AFTER = 0.7;

class Session {
  door = $state.raw<Door | null>(null);
  me = $state.raw<Me | null>(null);
  /** The key that signs here; null where a token was pasted and the desk attests. */
  key = $state.raw<SigningKey | null>(null);
  /** The desk let this position in and does so no more: a key was revoked, or a token ran out. */
  ended = $state<string | null>(null);

  readonly api = new Api(() => this.token);
  private token: string | null = null;
  private renewing: ReturnType<typeof setTimeout> | undefined;

  async arrive(): Promise<Door> {
    this.door = await this.api.door();
    return this.door;
  }

  /** Proves to the desk that this position holds the key. Throws Refused or NoAnswer. */
  async enterWithKey(key: SigningKey, position: string): Promise<void> {
    await this.prove(key, position);
    this.me = await this.api.me();
    this.key = key;
    this.ended = null;
  }

  /** Comes in under a token from elsewhere: what is said then stands on the desk's word. */
  async enterWithToken(token: string): Promise<void> {
    this.token = token.trim();
    try {
      this.me = await this.api.me();
      this.key = null;
      this.ended = null;
    } catch (error) {
      this.token = null;
      throw error;
    }
  }

  leave(): void {
    clearTimeout(this.renewing);
    this.token = null;
    this.me = null;
    this.key = null;
  }

  /** A token was refused: gets another if it can. False if whoever sits here must prove it anew. */
  async renew(): Promise<boolean> {
    const { key, me } = this;
    if (key === null || me === null) {
      this.ended = "session.token_over";
      return false;
    }
    try {
      await this.prove(key, me.position);
      return true;
    } catch (error) {
      if (error instanceof Refused) this.ended = error.sentence;
      else if (!(error instanceof NoAnswer)) throw error;
      return false;
    }
  }

  private async prove(key: SigningKey, position: string): Promise<void> {
    if (this.door === null) await this.arrive();
    const audience = this.door?.audience ?? location.origin;
    this.token = null;
    const granted = await this.api.prove(
      new URLSearchParams({
        grant_type: "client_credentials",
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: await assertion(key, position, audience, Date.now() + this.api.behindMs),
      }),
    );
    this.token = granted.access_token;
    clearTimeout(this.renewing);
    this.renewing = setTimeout(() => void this.renew(), granted.expires_in * RENEW_AFTER * 1000);
  }
}

export const session = new Session();
