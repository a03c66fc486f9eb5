// The forms that one says something with. A new one is a component, a row here and in `Abouts`.

import type { Component } from "svelte";
import type { Abouts, Form } from "../state/acts.svelte";
import Answer from "./Answer.svelte";

export const FORMS: { [F in Form]: Component<{ about: Abouts[F] }> } = {
  answer: Answer,
};
