// One who is at the desk stays there: by the browser's Back or a reload nobody loses the screen, or what was typed.

/** While one is at the desk, Back does `back` and a reload is asked about first; the function returned ends that. */
export function staying(back: () => void): () => void {
  const again = () => history.pushState(null, "");
  const popped = () => {
    again();
    back();
  };
  const leaving = (event: BeforeUnloadEvent) => event.preventDefault();
  again();
  window.addEventListener("popstate", popped);
  window.addEventListener("beforeunload", leaving);
  return () => {
    window.removeEventListener("popstate", popped);
    window.removeEventListener("beforeunload", leaving);
  };
}
