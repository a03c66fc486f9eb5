// Server-sent events over fetch: an EventSource can bear no token.

import type { EntryTold, View } from "./seen";

/** What the stream says: a sign of life, an entry one may read, or all there is to see, anew. */
export type Heard =
  | { readonly event: "now"; readonly now: string; readonly size: number; readonly halted: string | null }
  | { readonly event: "entry"; readonly id: number; readonly entry: EntryTold }
  | { readonly event: "reset"; readonly id: number; readonly view: View };

/** The events of a response as they come; ends where the response does. */
export async function* listen(response: Response): AsyncGenerator<Heard> {
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      held += value;
      const frames = held.split("\n\n");
      held = frames.pop() ?? "";
      for (const frame of frames) {
        const heard = parse(frame);
        if (heard !== null) yield heard;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parse(frame: string): Heard | null {
  const fields = new Map<string, string>();
  for (const rowText of frame.split("\n")) {
    const divider = rowText.indexOf(": ");
    if (divider > 0) fields.set(rowText.slice(0, divider), rowText.slice(divider + 2));
  }
  const data = fields.get("data");
  if (data === undefined) return null;
  const said = JSON.parse(data);
  const id = Number(fields.get("id"));
  switch (fields.get("event")) {
    case "now":
      return { event: "now", now: said.now, size: said.size, halted: said.halted ? (said.why ?? "") : null };
    case "entry":
      return { event: "entry", id, entry: said };
    case "reset":
      return { event: "reset", id, view: said.view };
    default:
      return null;
  }
}
