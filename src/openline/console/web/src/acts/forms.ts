// The forms that one says something with. A new one is a component, a row here and in `Abouts`.

import type { Component } from "svelte";
import type { Abouts, Form } from "../state/acts.svelte";
import Account from "./Account.svelte";
import Answer from "./Answer.svelte";
import Call from "./Call.svelte";
import CheckFire from "./CheckFire.svelte";
import Cosign from "./Cosign.svelte";
import Crossing from "./Crossing.svelte";
import Edge from "./Edge.svelte";
import Handover from "./Handover.svelte";
import Incident from "./Incident.svelte";
import Measure from "./Measure.svelte";
import Menu from "./Menu.svelte";
import Message from "./Message.svelte";
import Missed from "./Missed.svelte";
import Notify from "./Notify.svelte";
import PlainAct from "./PlainAct.svelte";
import Plan from "./Plan.svelte";
import Release from "./Release.svelte";
import Resume from "./Resume.svelte";
import Silence from "./Silence.svelte";

/** A form that is about nothing takes nothing. */
type Of<F extends Form> = Component<{ about: Abouts[F] }> | Component<Record<string, never>>;

export const FORMS: { readonly [F in Form]: Of<F> } = {
  account: Account,
  answer: Answer,
  call: Call,
  checkFire: CheckFire,
  cosign: Cosign,
  crossing: Crossing,
  edge: Edge,
  handover: Handover,
  incident: Incident,
  measure: Measure,
  menu: Menu,
  message: Message,
  missed: Missed,
  notify: Notify,
  plain: PlainAct,
  plan: Plan,
  release: Release,
  resume: Resume,
  silence: Silence,
};
