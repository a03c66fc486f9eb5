// What somebody pastes or drops into a field, before it is in it: a browser that lays out megabytes stands still meanwhile.

/** Longer texts are held beside the field: nobody reads them there. */
export const LONG = 20_000;

/** The text that a field would hold after a paste or a drop; null where that is short, or no text, and the browser may do it. */
export async function longText(event: ClipboardEvent | DragEvent): Promise<string | null> {
  const data = "clipboardData" in event ? event.clipboardData : event.dataTransfer;
  const [file] = data?.files ?? [];
  const text = data?.getData("text/plain") ?? "";
  const field = event.target;
  const held = field instanceof HTMLTextAreaElement ? field.value.length : 0;
  if (file === undefined && text.length + held <= LONG) return null;
  event.preventDefault();
  const pasted = file === undefined ? text : await file.text();
  return field instanceof HTMLTextAreaElement ? field.value.slice(0, field.selectionStart) + pasted + field.value.slice(field.selectionEnd) : pasted;
}
