// Curves and views of the map as numbers. It must not know the document.
import type { Circle } from "./layout.ts";

/** How the map lies under the window: `screen = map * scale + offset`. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** The size of the window in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export const MIN_SCALE = 0.05;
export const MAX_SCALE = 20;

/** The view that shows all circles, with a margin, and no closer than `limit`. */
export function viewOf(circles: Iterable<Circle>, { width, height }: Size, limit: number): View {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, r } of circles) {
    [left, top] = [Math.min(left, x - r), Math.min(top, y - r)];
    [right, bottom] = [Math.max(right, x + r), Math.max(bottom, y + r)];
  }
  if (left > right) {
    return { scale: 1, x: width / 2, y: height / 2 };
  }
  // Names stand below their modules, and may be wider than them.
  const margin = Math.min(48, width / 8, height / 8);
  const fitting = Math.min((width - 2 * margin) / (right - left), (height - 2 * margin) / (bottom - top));
  const scale = Math.min(Math.max(fitting, MIN_SCALE), limit);
  return {
    scale,
    x: width / 2 - ((left + right) / 2) * scale,
    y: height / 2 - ((top + bottom) / 2) * scale,
  };
}

/** The view after turning the wheel at a point of the window, which stays where it is. */
export function zoomed(view: View, factor: number, at: { x: number; y: number }): View {
  const scale = Math.min(Math.max(view.scale * factor, MIN_SCALE), MAX_SCALE);
  const real = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * real, y: at.y - (at.y - view.y) * real };
}

/** A circle of the map in the window. */
export function onScreen({ x, y, r }: Circle, view: View): Circle {
  return { x: x * view.scale + view.x, y: y * view.scale + view.y, r: r * view.scale };
}

/** An arrow between two circles, bent to the right so that the two directions of a pair lie apart. */
export interface Arrow {
  /** SVG paths. */
  readonly line: string;
  readonly head: string;
}

/** None if the circles overlap. The head is shorter on short arrows. */
export function arrow(from: Circle, to: Circle, longestHead: number): Arrow | undefined {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const distance = Math.hypot(dx, dy);
  if (distance <= from.r + to.r) {
    return undefined;
  }
  const headLength = Math.min(longestHead, (distance - from.r - to.r) * 0.4);
  const bend = Math.min(distance * 0.12, 60);
  const [mx, my] = [(from.x + to.x) / 2 - (dy / distance) * bend, (from.y + to.y) / 2 + (dx / distance) * bend];
  const start = towards(from, mx, my, from.r + 1);
  const tip = towards(to, mx, my, to.r + 2);
  const [ax, ay] = [tip.x - mx, tip.y - my];
  const length = Math.hypot(ax, ay) || 1;
  const [ux, uy] = [ax / length, ay / length];
  const [bx, by] = [tip.x - ux * headLength, tip.y - uy * headLength];
  const half = headLength * 0.45;
  const n = (value: number) => value.toFixed(1);
  return {
    line: `M${n(start.x)} ${n(start.y)}Q${n(mx)} ${n(my)} ${n(bx)} ${n(by)}`,
    head: `M${n(tip.x)} ${n(tip.y)}L${n(bx - uy * half)} ${n(by + ux * half)}L${n(bx + uy * half)} ${n(by - ux * half)}Z`,
  };
}

function towards(circle: Circle, x: number, y: number, distance: number): { x: number; y: number } {
  const length = Math.hypot(x - circle.x, y - circle.y) || 1;
  return {
    x: circle.x + ((x - circle.x) / length) * distance,
    y: circle.y + ((y - circle.y) / length) * distance,
  };
}
