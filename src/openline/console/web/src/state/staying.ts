// One who is at the desk stays there: by the browser's Back or a reload nobody loses the screen, or what was typed.

/** How often Back may be pressed before the page has heard of the first. */
const DEEP = 4;

/** While one is at the desk, Back does `back` and a reload is asked about first; the function returned ends that. */
export function staying(back: () => void): () => void {
  const deepen = (from: number) => {
    for (let at = from + 1; at <= DEEP; at++) history.pushState({ at }, "");
  };
  const popped = (event: PopStateEvent) => {
    deepen(Number((event.state as { at?: number } | null)?.at ?? 0));
    back();
  };
  const leaving = (event: BeforeUnloadEvent) => event.preventDefault();
  deepen(0);
  window.addEventListener("popstate", popped);
  window.addEventListener("beforeunload", leaving);
  return () => {
    window.removeEventListener("popstate", popped);
    window.removeEventListener("beforeunload", leaving);
  };
}
