// The one way to the desk: every request of the console is a method here.

import type { SignedStatement } from "../signing/leaf";
import type { Contents } from "./said";
import type { Drafted, EntryKept, GeometryRead, Me, MeasureJudged, NotificationJudged, PhraseTold, Problem, Said, TrackColumns, View, ViewChanges } from "./seen";
import { listen, type Heard } from "./stream";

/** What stands at the door, before anybody has said who they are. */
export interface Door {
  readonly audience: string;
  readonly origin: string;
  readonly exercise: boolean;
  readonly offered: readonly { readonly position: string; readonly party: string; readonly pkcs8: string }[];
}

/** An entry on the timeline: its index in the record, when it was recorded, and its kind. */
export type Moment = readonly [index: number, recordedAt: string, kind: string];

export interface Moments {
  readonly size: number;
  readonly upto: number;
  readonly moments: readonly Moment[];
}

export interface Token {
  readonly access_token: string;
  readonly expires_in: number;
  readonly scope: string;
}

/** The desk refused, in one sentence that says what to do; nothing was changed. */
export class Refused extends Error {
  constructor(
    readonly sentence: string,
    readonly slug: string,
    readonly status: number,
  ) {
    super(sentence);
  }
}

/** The desk did not answer, or could not: the same may be sent again, and is taken once. */
export class NoAnswer extends Error {
  constructor(readonly sentence: string | null) {
    super(sentence ?? "no answer");
  }
}

const PROBLEM = "urn:openline:problem:";

/** A statement that was not answered by then counts as not answered: others wait behind it. */
const ANSWERED_WITHIN_MS = 10_000;
/** The whole view over a poor line; beyond that it is asked for anew. */
const VIEW_WITHIN_MS = 60_000;
const CHANGES_WITHIN_MS = 30_000;

export class Api {
  /** How far this machine's clock is behind the desk's, in milliseconds: to the second, by the desk's last answer. */
  behindMs = 0;

  /** `token` is asked anew for each request: it changes while one is at the desk. */
  constructor(private readonly token: () => string | null) {}

  door(): Promise<Door> {
    return this.read("/door.json");
  }

  me(): Promise<Me> {
    return this.read("/v1/me", soon());
  }

  /** What is new since the view of this mark; everything, where none is held. */
  changes(mark: string | null): Promise<ViewChanges> {
    const since = mark === null ? "" : `?since=${encodeURIComponent(mark)}`;
    return this.read(`/v1/view/changes${since}`, soon({}, mark === null ? VIEW_WITHIN_MS : CHANGES_WITHIN_MS));
  }

  /** The view as it was when the record had so many entries. */
  past(size: number, signal?: AbortSignal): Promise<View> {
    return this.read(`/v1/past?size=${size}`, signal && { signal });
  }

  moments(from: number): Promise<Moments> {
    return this.read(`/v1/moments?from=${from}`);
  }

  /** One's own tracks; without their names where those of this digest are known already. */
  tracks(namesDigest: string | null): Promise<TrackColumns> {
    return this.read(`/v1/tracks/columns${namesDigest === null ? "" : `?names=${namesDigest}`}`, soon());
  }

  entries(from: number, to: number): Promise<{ size: number; entries: readonly EntryKept[] }> {
    return this.read(`/v1/record/entries?from=${from}&to=${to}`);
  }

  receipt(index: number): Promise<string> {
    return this.text(`/v1/record/receipts/${index}`);
  }

  checkpoint(): Promise<string> {
    return this.text("/v1/record/checkpoint");
  }

  /** The drafts of a news report, sent as base64; nothing of it is kept. */
  reports(content: string, name: string): Promise<Drafted> {
    return this.read("/v1/reports", json({ content, name }));
  }

  /** What a pasted text says of the ground. Nothing is said. */
  geometry(text: string): Promise<GeometryRead> {
    return this.read("/v1/readings", json({ text }));
  }

  /** What the desk would make of a notification. Nothing is said. */
  judge(content: Contents["notification.submitted.v1"]): Promise<NotificationJudged> {
    return this.read("/v1/judgements", json(content));
  }

  /** What a measure would meet of what one sees. Nothing is said. */
  judgeMeasure(content: Contents["measure.proposed.v1"]): Promise<MeasureJudged> {
    return this.read("/v1/judgements/measure", json(content));
  }

  /** The check phrase of a geometry that one sees. */
  phrase(thing: string, version?: number): Promise<PhraseTold> {
    const which = version === undefined ? "" : `?version=${version}`;
    return this.read(`/v1/phrases/${encodeURIComponent(thing)}${which}`);
  }

  /** Said on one's own signature. */
  state(statement: SignedStatement): Promise<Said> {
    return this.read("/v1/statements", soon(json(statement)));
  }

  /** Said under the token alone: in the record it stands on the desk's word. */
  say<K extends keyof Contents>(id: string, kind: K, content: Contents[K]): Promise<Said> {
    return this.read("/v1/say", soon(json({ id, kind, content, by_human: true })));
  }

  prove(form: URLSearchParams): Promise<Token> {
    return this.read("/v1/token", soon({ method: "POST", body: form }));
  }

  /** Events from after `lastId` on, until the stream ends or is aborted. */
  async *listen(lastId: number | null, signal: AbortSignal): AsyncGenerator<Heard> {
    const headers = lastId === null ? {} : { "Last-Event-ID": String(lastId) };
    yield* listen(await this.answer("/v1/stream", { headers, signal }));
  }

  private async read<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await this.answer(path, init);
    return response.json().catch(unanswered) as Promise<T>;
  }

  private async text(path: string): Promise<string> {
    const response = await this.answer(path);
    return response.text().catch(unanswered);
  }

  private async answer(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const token = this.token();
    if (token !== null) headers.set("Authorization", `Bearer ${token}`);
    const cache = path.startsWith("/v1") ? "no-store" : "default";
    const response = await fetch(path, { ...init, headers, cache }).catch(unanswered);
    const date = Date.parse(response.headers.get("Date") ?? "");
    if (!Number.isNaN(date)) this.behindMs = date - Date.now();
    if (response.ok) return response;
    throw await refusal(response);
  }
}

/** The same request, given up where the desk is silent for too long. */
function soon(init: RequestInit = {}, withinMs = ANSWERED_WITHIN_MS): RequestInit {
  return { ...init, signal: AbortSignal.timeout(withinMs) };
}

/** Nothing came, or too late, or broke off: NoAnswer, unless somebody wanted it no more. */
function unanswered(error: unknown): never {
  if (error instanceof DOMException && error.name === "AbortError") throw error;
  throw new NoAnswer(null);
}

function json(value: unknown): RequestInit {
  return { method: "POST", body: JSON.stringify(value), headers: { "Content-Type": "application/json" } };
}

async function refusal(response: Response): Promise<Refused | NoAnswer> {
  const said: Partial<Problem> & { error?: string; error_description?: string } = await response
    .json()
    .catch(() => ({}));
  const sentence = said.detail ?? said.error_description ?? null;
  if (response.status >= 500 || sentence === null) return new NoAnswer(sentence);
  return new Refused(sentence, (said.type ?? said.error ?? "").replace(PROBLEM, ""), response.status);
}
