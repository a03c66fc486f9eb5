// What somebody is about to say: at most one form is open at a time. `acts/forms.ts` lists them.

import type { Delivery } from "../api/seen";

/** Each form with what it is about. */
export interface Abouts {
  readonly answer: { readonly delivery: Delivery["id"] };
}

export type Form = keyof Abouts;

export type Open = { [F in Form]: { readonly form: F; readonly about: Abouts[F] } }[Form];

class Acts {
  open = $state.raw<Open | null>(null);

  begin<F extends Form>(form: F, about: Abouts[F]): void {
    this.open = { form, about } as Open;
  }

  end(): void {
    this.open = null;
  }
}

export const acts = new Acts();
