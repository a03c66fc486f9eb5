// A notification as it is typed, and as it is said.

import type { Escort, FormContact, Kind, NotificationForm, NotificationKind, NotificationSubmitted, Side } from "../api/said";
import type { GeometryRead, Notification } from "../api/seen";
import { instantOf, isoText, ms } from "../words/time";
import { numberOf, numberText } from "../words/number";
import { footprintsOf, volumesOf, waypointsOf } from "./ground.svelte";
import type { Shape } from "../state/draw.svelte";

/** Everything as text, as somebody typed it; an empty choice was not made. */
export interface Typed {
  notification: string;
  kind: string;
  name: string;
  type: string;
  starts: string;
  ends: string;
  escort: string;
  guards: string;
  evacuation: string;
  by: string;
  extent: string;
  accuracy: string;
  place: string;
  bank: string;
  site: string;
  vehicles: string;
  persons: string;
  contact: string;
  phone: string;
  cargo: string;
  purpose: string;
}

export function emptyNotice(notification: string): Typed {
  const nothing = { kind: "", name: "", type: "", starts: "", ends: "", escort: "", guards: "", evacuation: "no", by: "" };
  const rest = { extent: "", accuracy: "", place: "", bank: "unknown", site: "", vehicles: "", persons: "", contact: "", phone: "", cargo: "", purpose: "" };
  return { notification, ...nothing, ...rest };
}

/** What an amendment begins with: the form as it stands, but for its ground. */
export function typedFrom(held: Notification): Typed {
  const { body } = held;
  const number = (value: number | null | undefined) => (value == null ? "" : numberText(value));
  const when = (instant: string | null) => (instant === null ? "" : isoText(ms(instant)));
  const contact = body?.contacts[0];
  return {
    notification: held.id,
    kind: held.kind,
    name: body?.name ?? "",
    type: body?.type ?? "",
    starts: when(held.starts_at),
    ends: when(held.ends_at),
    escort: held.escort,
    guards: number(body?.guards),
    evacuation: held.evacuation ? "yes" : "no",
    by: body?.by ?? "",
    extent: number(body?.width_m ?? (body?.radius_m || null)),
    accuracy: "",
    place: body?.place ?? "",
    bank: body?.bank ?? "unknown",
    site: held.site ?? "",
    vehicles: number(body?.vehicle_count),
    persons: number(body?.person_count),
    contact: contact?.name ?? "",
    phone: contact?.phone ?? "",
    cargo: body?.cargo ?? "",
    purpose: body?.purpose ?? "",
  };
}

/** The ground of a form as text that reads back as the same points; letters keep numbers in a name apart. */
export function groundText(held: Notification): string {
  const { body } = held;
  const angle = (deg: number, letters: string) => `${Math.abs(deg)}${deg < 0 ? letters[1] : letters[0]}`;
  const place = (at: { lat_deg: number; lon_deg: number }) => `${angle(at.lat_deg, "NS")}, ${angle(at.lon_deg, "EW")}`;
  const row = (at: { lat_deg: number; lon_deg: number }, ...rest: string[]) => [place(at), ...rest].filter(Boolean).join(" ");
  if (body === null) return "";
  if (body.position !== null) return row(body.position, body.mgrs);
  return body.waypoints.map((each) => row(each.position, each.name, each.mgrs, each.eta === null ? "" : each.eta)).join("\n");
}

export const isSite = (kind: string) => kind === "static_site" || kind === "critical_civilian_infrastructure";

/** What is drawn for a kind: a movement goes a way, a site stands at a place. */
export function shapeOf(kind: string): Shape {
  return kind === "movement" ? "way" : kind === "activity" ? "area" : "place";
}

/** Whether an amendment leaves the ground as it stands, to the last digit and error. */
export function keepsGround(held: Notification, typed: Typed, text: string): boolean {
  return text === groundText(held) && typed.accuracy.trim() === "" && typed.extent === typedFrom(held).extent;
}

/**
 * The content. The form `before` is kept for what this form has no field for; with no ground read
 * (null), for its ground as well.
 */
export function noticeOf(typed: Typed, read: GeometryRead | null, nowMs: number, before: NotificationForm | null): NotificationSubmitted {
  const kind = typed.kind as NotificationKind;
  const when = (text: string) => {
    const at = instantOf(text, nowMs);
    return at === null ? null : isoText(at);
  };
  return {
    notification: typed.notification.trim(),
    kind,
    starts_at: when(typed.starts),
    ends_at: when(typed.ends),
    evacuation: kind === "movement" && typed.evacuation === "yes",
    escort: kind === "movement" ? (typed.escort as Escort) : "not_stated",
    site: typed.site.trim() || null,
    body: { ...before, ...formOf(typed, read, before) },
  };
}

function formOf(typed: Typed, read: GeometryRead | null, before: NotificationForm | null): NotificationForm {
  return {
    name: typed.name.trim(),
    type: typed.type.trim(),
    place: typed.place.trim(),
    bank: typed.bank as Side,
    by: (typed.by || null) as Kind | null,
    guards: typed.kind === "movement" && typed.escort === "yes" ? numberOf(typed.guards) : null,
    vehicle_count: numberOf(typed.vehicles),
    person_count: numberOf(typed.persons),
    contacts: contactsOf(typed, before),
    cargo: typed.cargo.trim(),
    purpose: typed.purpose.trim(),
    ...(read === null ? {} : groundOf(typed, read)),
  };
}

/** The form has fields for the first contact's name and number; his role, and all the others, stay as they were. */
function contactsOf(typed: Typed, before: NotificationForm | null): FormContact[] {
  const [first, ...others] = before?.contacts ?? [];
  const [name, phone] = [typed.contact.trim(), typed.phone.trim()];
  return name || phone ? [{ ...first, name, phone }, ...others] : others;
}

/** Whether what was read bounds the ground by itself, so that a width or a radius would say nothing of it. */
export function boundsItself(kind: string, read: GeometryRead): boolean {
  return read.volumes.length > 0 || (kind !== "movement" && read.waypoints.length > 2);
}

/** Where it is, in exactly one of the three ways that a form can say it. */
function groundOf(typed: Typed, read: GeometryRead): Partial<NotificationForm> {
  const none = { position: null, radius_m: 0, mgrs: "", waypoints: [], volumes: [], width_m: null };
  const extent = numberOf(typed.extent);
  const accuracy = numberOf(typed.accuracy) ?? 0;
  if (read.volumes.length > 0) return { ...none, volumes: volumesOf(footprintsOf(read, "area", 0, accuracy)) };
  const points = waypointsOf(read, accuracy);
  if (typed.kind === "movement") return { ...none, waypoints: points, width_m: extent };
  const [first] = points;
  if (points.length === 1 && first !== undefined) return { ...none, position: first.position, radius_m: extent ?? 0, mgrs: first.mgrs };
  // The ground within a radius of the way between two points is twice as wide as the radius.
  const shape = points.length === 2 ? "way" : "area";
  return { ...none, volumes: volumesOf(footprintsOf(read, shape, 2 * (extent ?? 0), accuracy)) };
}
