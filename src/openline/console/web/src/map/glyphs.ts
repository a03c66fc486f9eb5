// The map draws each letter on a canvas of no document. In a page that runs from right to left such a
// canvas mirrors a bracket that stands alone, `)INVENTED(`, though the map has put the right one there.

/** From now on a letter is drawn as it is, whichever way the page runs. */
export function drawLettersAsTheyAre(): void {
  if (typeof OffscreenCanvas === "undefined") return;
  const { prototype } = OffscreenCanvas;
  const getContext = prototype.getContext as (this: OffscreenCanvas, ...of: unknown[]) => OffscreenRenderingContext | null;
  prototype.getContext = function (this: OffscreenCanvas, ...of: unknown[]) {
    const context = getContext.apply(this, of);
    if (context instanceof OffscreenCanvasRenderingContext2D) context.direction = "ltr";
    return context;
  } as typeof prototype.getContext;
}
