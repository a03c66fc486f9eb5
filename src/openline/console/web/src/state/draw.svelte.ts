// Drawing on the map for a form: the form steps aside until it is done or given up.

import type { LonLat } from "../map/geodesy";

export type Shape = "place" | "way" | "area";

interface Wanted {
  readonly shape: Shape;
  readonly done: (points: readonly LonLat[]) => void;
}

const LEAST: Record<Shape, number> = { place: 1, way: 2, area: 3 };

class Draw {
  private wanted = $state.raw<Wanted | null>(null);
  points = $state.raw<readonly LonLat[]>([]);

  shape = $derived(this.wanted?.shape ?? null);
  isEnough = $derived(this.wanted !== null && this.points.length >= LEAST[this.wanted.shape]);

  begin(shape: Shape, done: Wanted["done"]): void {
    this.points = [];
    this.wanted = { shape, done };
  }

  /** Another point; a place has only one, which moves. */
  add(at: LonLat): void {
    this.points = this.shape === "place" ? [at] : [...this.points, at];
  }

  undo(): void {
    this.points = this.points.slice(0, -1);
  }

  finish(): void {
    if (!this.isEnough) return;
    this.wanted?.done(this.points);
    this.wanted = null;
  }

  giveUp(): void {
    this.wanted = null;
  }
}

export const draw = new Draw();
