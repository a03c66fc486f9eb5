// Draws tracks on MapLibre's canvas: a few strokes of the graphics card, however many there are.
// A source of features would be cut into tiles, laid out and sent again each second, for every one of them.

import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibre } from "maplibre-gl";
import { token } from "../theme/theme.svelte";
import type { LonLat } from "./geodesy";
import { type Drawn, LEG, square } from "./tracks";

const FLOAT_BYTES = 4;
/** In a crowd seen from afar dots are small and ways thin: else they would cover each other, and all below. */
const NEAR_ZOOM = 9;
const SMALL = { radius: 2.5, stroke: 0.75, strands: [[0, 0]] };
const LARGE = { radius: 4, stroke: 1.5, strands: [[0, 0], [0.7, 0], [-0.7, 0], [0, 0.7], [0, -0.7]] };

/** A strand of the way from where a track is to where it goes; side by side they make its width. */
const WAY_VERTEX = `#version 300 es
uniform mat4 u_matrix;
uniform vec2 u_aside;
layout(location = 0) in vec2 a_at;
void main() {
  vec4 at = u_matrix * vec4(a_at, 0.0, 1.0);
  gl_Position = vec4(at.xy / at.w + u_aside, 0.0, 1.0);
}`;

const WAY_FRAGMENT = `#version 300 es
precision highp float;
uniform vec4 u_colour;
out vec4 colour;
void main() { colour = u_colour; }`;

/** A dot with a rim; where the fix is stale a ring, with nothing in it. */
const DOT_VERTEX = `#version 300 es
uniform mat4 u_matrix;
uniform float u_size;
layout(location = 0) in vec2 a_at;
layout(location = 1) in float a_stale;
flat out float v_stale;
void main() {
  vec4 at = u_matrix * vec4(a_at, 0.0, 1.0);
  v_stale = a_stale;
  gl_Position = vec4(at.xy / at.w, 0.0, 1.0);
  gl_PointSize = u_size;
}`;

const DOT_FRAGMENT = `#version 300 es
precision highp float;
uniform vec4 u_colour, u_rim;
uniform float u_reach, u_radius;
flat in float v_stale;
out vec4 colour;
void main() {
  float away = length(gl_PointCoord - 0.5) * 2.0 * (u_reach + 0.5);
  float inside = clamp(u_radius - away + 0.5, 0.0, 1.0);
  vec4 fill = v_stale > 0.5 ? vec4(0.0) : u_colour;
  vec4 rim = v_stale > 0.5 ? u_colour : u_rim;
  colour = mix(rim, fill, inside) * clamp(u_reach - away + 0.5, 0.0, 1.0);
}`;

type Look = typeof SMALL;

interface Program {
  readonly program: WebGLProgram;
  readonly at: (name: string) => WebGLUniformLocation | null;
}

/** What lies on the graphics card. */
interface Kept {
  readonly ways: Program;
  readonly dots: Program;
  readonly legs: WebGLBuffer;
  readonly stale: WebGLBuffer;
  /** Each leg's two ends, one after the other. */
  readonly ends: WebGLVertexArrayObject;
  /** The first end of each leg, and whether it is stale. */
  readonly places: WebGLVertexArrayObject;
}

export class TrackLayer implements CustomLayerInterface {
  readonly id = "tracks-drawn";
  readonly type = "custom" as const;
  readonly renderingMode = "2d" as const;

  private map: MapLibre | null = null;
  private drawn: Drawn | null = null;
  /** Made in `render` alone: outside of it MapLibre reckons with nobody else who binds anything. */
  private kept: Kept | null = null;
  private sent: Drawn | null = null;
  private colours: Record<"fill" | "rim", [number, number, number, number]> = { fill: [0, 0, 0, 1], rim: [0, 0, 0, 1] };

  /** These from now on, or none. */
  set(drawn: Drawn | null): void {
    this.drawn = drawn;
    this.repaint();
    this.map?.triggerRepaint();
  }

  /** In the colours of the theme as it is now. */
  repaint(): void {
    this.colours = { fill: colourOf(token(this.drawn?.colour ?? "ink-2")), rim: colourOf(token("panel")) };
  }

  /** Tracks whose dots lie within so many pixels of a point of the map, the last drawn first. */
  under(at: LonLat, zoom: number, withinPx: number): number[] {
    if (this.drawn === null) return [];
    const { legs, middle } = this.drawn;
    const [[x0, y0], [x, y]] = [square(middle), square(at)];
    const within = withinPx / (512 * 2 ** zoom);
    const found: number[] = [];
    for (let row = legs.length / LEG - 1; row >= 0; row -= 1) {
      const [dx, dy] = [(legs[LEG * row] as number) + x0 - x, (legs[LEG * row + 1] as number) + y0 - y];
      if (Math.abs(dx - Math.round(dx)) <= within && Math.abs(dy) <= within) found.push(row);
    }
    return found;
  }

  onAdd(map: MapLibre): void {
    this.map = map;
  }

  onRemove(_map: MapLibre, gl: WebGL2RenderingContext): void {
    for (const each of [this.kept?.ways, this.kept?.dots]) gl.deleteProgram(each?.program ?? null);
    for (const each of [this.kept?.legs, this.kept?.stale]) gl.deleteBuffer(each ?? null);
    for (const each of [this.kept?.ends, this.kept?.places]) gl.deleteVertexArray(each ?? null);
    this.map = this.kept = this.sent = null;
  }

  render(gl: WebGL2RenderingContext, { defaultProjectionData }: CustomRenderMethodInput): void {
    if (this.map === null || this.drawn === null) return;
    this.kept ??= begin(gl);
    if (this.sent !== this.drawn) this.send(gl, this.kept, this.drawn);
    const look = this.drawn.crowd && this.map.getZoom() < NEAR_ZOOM ? SMALL : LARGE;
    const count = this.drawn.stale.length;
    for (const world of this.worlds()) {
      const matrix = this.moved(defaultProjectionData.mainMatrix as ArrayLike<number>, world);
      this.drawWays(gl, this.kept, matrix, look, count);
      this.drawDots(gl, this.kept, matrix, look, count);
    }
    gl.bindVertexArray(null);
  }

  private send(gl: WebGL2RenderingContext, kept: Kept, drawn: Drawn): void {
    gl.bindBuffer(gl.ARRAY_BUFFER, kept.legs);
    gl.bufferData(gl.ARRAY_BUFFER, drawn.legs, gl.DYNAMIC_DRAW);
    gl.bindBuffer(gl.ARRAY_BUFFER, kept.stale);
    gl.bufferData(gl.ARRAY_BUFFER, drawn.stale, gl.DYNAMIC_DRAW);
    this.sent = drawn;
  }

  private drawWays(gl: WebGL2RenderingContext, kept: Kept, matrix: Float32Array, look: Look, count: number): void {
    const { program, at } = kept.ways;
    const { clientWidth = 1, clientHeight = 1 } = this.map?.getCanvas() ?? {};
    gl.useProgram(program);
    gl.bindVertexArray(kept.ends);
    gl.uniformMatrix4fv(at("u_matrix"), false, matrix);
    gl.uniform4fv(at("u_colour"), this.colours.fill);
    for (const [x = 0, y = 0] of look.strands) {
      gl.uniform2f(at("u_aside"), (2 * x) / clientWidth, (2 * y) / clientHeight);
      gl.drawArrays(gl.LINES, 0, 2 * count);
    }
  }

  private drawDots(gl: WebGL2RenderingContext, kept: Kept, matrix: Float32Array, look: Look, count: number): void {
    const { program, at } = kept.dots;
    const reach = look.radius + look.stroke;
    gl.useProgram(program);
    gl.bindVertexArray(kept.places);
    gl.uniformMatrix4fv(at("u_matrix"), false, matrix);
    gl.uniform4fv(at("u_colour"), this.colours.fill);
    gl.uniform4fv(at("u_rim"), this.colours.rim);
    gl.uniform1f(at("u_reach"), reach);
    gl.uniform1f(at("u_radius"), look.radius);
    gl.uniform1f(at("u_size"), (2 * reach + 1) * (this.map?.getPixelRatio() ?? 1));
    gl.drawArrays(gl.POINTS, 0, count);
  }

  /** The copies of the world that are in sight, side by side. */
  private worlds(): number[] {
    const bounds = this.map?.getBounds();
    if (bounds === undefined) return [];
    const first = Math.floor((bounds.getWest() + 180) / 360);
    const last = Math.floor((bounds.getEast() + 180) / 360);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  }

  /** The map's matrix for what counts from the middle: reckoned in doubles, so that nothing trembles from near. */
  private moved(matrix: ArrayLike<number>, world: number): Float32Array {
    const [x, y] = square(this.drawn?.middle ?? [0, 0]);
    const moved = Float64Array.from(matrix);
    for (let row = 0; row < 4; row += 1) {
      moved[12 + row] = (matrix[12 + row] as number) + (x + world) * (matrix[row] as number) + y * (matrix[4 + row] as number);
    }
    return Float32Array.from(moved);
  }
}

function begin(gl: WebGL2RenderingContext): Kept {
  const [legs, stale, ends, places] = [gl.createBuffer(), gl.createBuffer(), gl.createVertexArray(), gl.createVertexArray()];
  const field = (fields: WebGLVertexArrayObject, buffer: WebGLBuffer, location: number, size: number, strideBytes: number) => {
    gl.bindVertexArray(fields);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, size, gl.FLOAT, false, strideBytes, 0);
  };
  field(ends, legs, 0, 2, 2 * FLOAT_BYTES);
  field(places, legs, 0, 2, LEG * FLOAT_BYTES);
  field(places, stale, 1, 1, FLOAT_BYTES);
  gl.bindVertexArray(null);
  return { ways: programOf(gl, WAY_VERTEX, WAY_FRAGMENT), dots: programOf(gl, DOT_VERTEX, DOT_FRAGMENT), legs, stale, ends, places };
}

function programOf(gl: WebGL2RenderingContext, vertex: string, fragment: string): Program {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type) as WebGLShader;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(`tracks cannot be drawn: ${gl.getProgramInfoLog(program)}`);
  const found = new Map<string, WebGLUniformLocation | null>();
  const at = (name: string) => {
    if (!found.has(name)) found.set(name, gl.getUniformLocation(program, name));
    return found.get(name) ?? null;
  };
  return { program, at };
}

/** A colour of the theme as the graphics card takes it; all of them are written `#rrggbb`. */
function colourOf(hex: string): [number, number, number, number] {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as [number, number, number];
  return [red, green, blue, 1];
}
