// What somebody is about to say. Forms lie on each other: CHECK FIRE comes before whatever was open,
// and that is there again afterwards. What was typed is kept until it was said or is thrown away.

import type { Delivery, Line } from "../api/seen";
import { session } from "./session.svelte";

/** Each form with what it is about. */
export interface Abouts {
  readonly answer: { readonly delivery: Delivery["id"] };
  readonly menu: object;
  readonly checkFire: object;
  readonly resume: { readonly message: string };
  readonly message: object;
  readonly call: { readonly line: Line["id"] | null };
  readonly missed: { readonly line: Line["id"] };
  readonly handover: object;
  /** A new notification; or, with its id, the next version of one. */
  readonly notify: { readonly amends: string | null };
  readonly release: { readonly notification: string; readonly as: "consented" | "released" };
  readonly plan: object;
  readonly edge: object;
  readonly crossing: { readonly measure: string };
  readonly measure: { readonly amends: string | null };
  readonly cosign: { readonly measure: string; readonly version: number };
  readonly incident: object;
  readonly account: { readonly incident: string; readonly about: string | null };
  readonly plain: { readonly act: string; readonly thing: string; readonly version: number; readonly title: string };
  readonly silence: { readonly alarm: string };
}

export type Form = keyof Abouts;

export type Open = { [F in Form]: { readonly form: F; readonly about: Abouts[F] } }[Form];

/** What was typed into a form. */
export type Draft<T> = T & {
  /** It was said: the form closes, and this is forgotten. True if it lay on top until then. */
  readonly done: () => boolean;
  /** This is thrown away, and the form begins again with what stands now. */
  readonly anew: () => void;
};

class Acts {
  private stack = $state.raw<readonly Open[]>([]);
  private kept = new Map<string, unknown>();
  private keptFor: string | null = null;

  /** The form on top; null where none is open. */
  open = $derived(this.stack.at(-1) ?? null);

  begin<F extends Form>(form: F, about: Abouts[F]): void {
    const same = this.stack.findIndex((each) => each.form === form);
    const below = same < 0 ? this.stack : this.stack.toSpliced(same, 1);
    this.stack = [...below.filter((each) => each.form !== "menu"), { form, about } as Open];
  }

  /** Closes the form on top; what was typed in it stays. */
  end(): void {
    this.stack = this.stack.slice(0, -1);
  }

  endAll(): void {
    this.stack = [];
  }

  /** What was typed into this form about this thing; made new the first time, and never for another position. */
  draft<T extends object>(make: () => T): Draft<T> {
    const position = session.me?.position ?? null;
    if (position !== this.keptFor) this.kept.clear();
    this.keptFor = position;
    const key = keyOf(this.open);
    const kept = this.kept.get(key) as Draft<T> | undefined;
    if (kept !== undefined) return kept;
    const made: Draft<T> = { ...make(), done: () => this.done(key, made), anew: () => this.anew(key) };
    this.kept.set(key, made);
    return made;
  }

  /** Closes the form of this draft wherever it lies by now: while it was being said, another may have come on top. */
  private done(key: string, draft: unknown): boolean {
    if (this.kept.get(key) !== draft) return false;
    const wasOnTop = keyOf(this.open) === key;
    this.kept.delete(key);
    this.stack = this.stack.filter((each) => keyOf(each) !== key);
    return wasOnTop;
  }

  private anew(key: string): void {
    this.kept.delete(key);
    this.stack = this.stack.map((each) => (keyOf(each) === key ? { ...each } : each));
  }
}

/** A form about a thing is the same form however often it is opened. */
function keyOf(open: Open | null): string {
  return JSON.stringify(open);
}

export const acts = new Acts();
