// What is urgent and has come, before the view that holds it was read: its entry alone says enough to act on.

import type { Delivery, EntryTold, Message } from "../api/seen";
import { bell } from "./alarms.svelte";
import { desk } from "./desk.svelte";
import { unshown } from "./duty";
import { session } from "./session.svelte";

export interface Arrived {
  readonly index: number;
  readonly subject: string;
  /** What it is, as a family of words and one of it. */
  readonly what: readonly ["said" | "subject", string];
  readonly origin: string;
  readonly at: string;
  /** What was said, where it is a message. */
  readonly message?: Message;
}

/** What an entry tells that a party must see at once, if it is such a one. */
export function arrivedWith({ index, kind, author, content, recorded_at: at }: EntryTold, party: string): Arrived | null {
  if (kind === "message.sent.v1" && author.party !== party) {
    const isUrgent = content.kind === "CHECK_FIRE" || content.precedence === "FLASH";
    const subject = String(content.message);
    return isUrgent ? { index, subject, what: ["said", String(content.kind)], origin: author.party, at, message: content as unknown as Message } : null;
  }
  const owed = flashOwed({ kind, content }, party);
  return owed && { index, subject: owed.subject, what: ["subject", owed.subject_kind], origin: owed.origin, at };
}

/** The FLASH that awaits the party's answer from this entry on, if it is such a one. */
function flashOwed({ kind, content }: Pick<EntryTold, "kind" | "content">, party: string): Delivery | null {
  const owed = kind === "delivery.owed.v1" ? (content.delivery as Delivery) : null;
  return owed?.precedence === "FLASH" && owed.recipient === party ? owed : null;
}

class Arriving {
  private told = $state.raw<readonly Arrived[]>([]);
  /** Those that the view does not hold yet, each thing once. */
  pending = $derived(unshown(this.told, desk.live));

  start(): () => void {
    const end = desk.onEntry((entry) => this.note(entry));
    return () => {
      end();
      this.told = [];
    };
  }

  private note(entry: EntryTold): void {
    const party = session.me?.party ?? "";
    const arrived = arrivedWith(entry, party);
    if (arrived !== null && !this.pending.some((each) => each.subject === arrived.subject)) this.told = [...this.pending, arrived];
    const owed = flashOwed(entry, party);
    if (owed !== null) bell.soundAhead({ alarm: `flash/${owed.subject}`, since: owed.owed_since });
  }
}

export const arriving = new Arriving();
