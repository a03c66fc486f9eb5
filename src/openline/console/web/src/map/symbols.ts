// What stands on the map for each kind of thing: a shape of its own, so that colour never says it
// alone. Nothing says friend or foe: the frames of the military standard are neutral for everybody.

import type { Map as MapLibre } from "maplibre-gl";
import type { Symbols } from "./style";
import type { Layer } from "./things";

const SIZE = 40;
const RATIO = 2;

type Draw = (context: CanvasRenderingContext2D, middle: number, reach: number) => void;

const SHAPES: Partial<Record<Layer, Draw>> = {
  site: (c, m, r) => c.roundRect(m - r, m - r, 2 * r, 2 * r, r / 3),
  message: (c, m, r) => polygon(c, [[m, m - r * 1.2], [m + r * 1.2, m], [m, m + r * 1.2], [m - r * 1.2, m]]),
  edge: (c, m, r) => polygon(c, [[m, m - r], [m + r * 1.1, m + r * 0.9], [m - r * 1.1, m + r * 0.9]]),
  plan: (c, m, r) => c.arc(m, m, r * 0.9, 0, 2 * Math.PI),
  measure: (c, m, r) => c.rect(m - r, m - r / 3, 2 * r, (2 * r) / 3),
  claim: (c, m, r) => c.arc(m, m, r * 0.6, 0, 2 * Math.PI),
};

/** Symbol identification codes (MIL-STD-2525D): standard identity 4, neutral, throughout. */
const FRAMES: Partial<Record<Layer, string>> = {
  site: "10042000000000000000",
  plan: "10041000000000000000",
  edge: "10041000000000000000",
  message: "10044000000000000000",
  measure: "10041000000000000000",
  claim: "10041000000000000000",
};

/** Draws what is not drawn yet; the military ones come in a file of their own, if asked for. */
export async function drawSymbols(map: MapLibre, symbols: Symbols): Promise<void> {
  for (const [layer, draw] of Object.entries(SHAPES)) {
    if (!map.hasImage(`plain-${layer}`)) map.addImage(`plain-${layer}`, shape(draw), { sdf: true, pixelRatio: RATIO });
  }
  if (symbols === "plain" || map.hasImage("military-site")) return;
  const { default: milsymbol } = await import("milsymbol");
  for (const [layer, sidc] of Object.entries(FRAMES)) {
    const canvas = new milsymbol.Symbol(sidc, { size: 22 * RATIO }).asCanvas();
    const context = canvas.getContext("2d");
    if (context) map.addImage(`military-${layer}`, context.getImageData(0, 0, canvas.width, canvas.height), { pixelRatio: RATIO });
  }
}

function shape(draw: Draw): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.beginPath();
  draw(context, SIZE / 2, SIZE / 4);
  context.fill();
  return context.getImageData(0, 0, SIZE, SIZE);
}

function polygon(context: CanvasRenderingContext2D, corners: [number, number][]): void {
  corners.forEach(([x, y], at) => (at === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.closePath();
}
