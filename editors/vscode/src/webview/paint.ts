// Draws the map on a canvas. It must not know pointers or elements.
import { cycleColour, type Theme } from "./colours.ts";
import { onScreen, type Size, type View } from "./geometry.ts";
import type { Circle } from "./layout.ts";
import type { Scene } from "./map.ts";

/** What depends on the layout only, made once so that moving the map is cheap. */
export interface Prepared {
  /** Lines of imports that run on import, and of the others, in the map's units. */
  readonly eager: Path2D;
  readonly later: Path2D;
  readonly areas: Path2D;
}

/** One drawing. */
export interface Picture {
  readonly scene: Scene;
  readonly prepared: Prepared;
  readonly view: View;
  readonly size: Size;
  readonly theme: Theme;
  readonly hovered: number | null;
}

const TURN = 2 * Math.PI;

/** Makes the paths of a layout. */
export function prepare({ graph, part, layout }: Scene): Prepared {
  const [eager, later, areas] = [new Path2D(), new Path2D(), new Path2D()];
  for (const at of part.links) {
    const link = graph.links[at]!;
    const [from, to] = [layout.places.get(link.from), layout.places.get(link.to)];
    if (link.cycle === null && from !== undefined && to !== undefined) {
      const path = link.eager ? eager : later;
      path.moveTo(from.x, from.y);
      path.lineTo(to.x, to.y);
    }
  }
  for (const { x, y, r } of layout.areas) {
    areas.moveTo(x + r, y);
    areas.arc(x, y, r, 0, TURN);
  }
  return { eager, later, areas };
}

/** Draws everything. */
export function paint(context: CanvasRenderingContext2D, picture: Picture): void {
  const { scene, prepared, view, size, theme } = picture;
  const ratio = context.canvas.width / Math.max(size.width, 1);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.globalAlpha = 1;
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, size.width, size.height);
  context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y);
  paintAreas(context, picture);
  // The more lines there are, the fainter each is, so that a thousand modules are no blot.
  const density = Math.min(1, 600 / Math.max(scene.part.links.length, 1));
  const strength = (scene.selected === null ? 1 : 0.3) * (0.08 + 0.25 * density);
  context.strokeStyle = theme.faint;
  context.lineWidth = 1 / view.scale;
  context.globalAlpha = strength;
  context.stroke(prepared.eager);
  context.globalAlpha = strength * 0.5;
  context.stroke(prepared.later);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  paintModules(context, picture);
  paintLabels(context, picture);
}

function paintAreas(context: CanvasRenderingContext2D, { scene, view, theme }: Picture): void {
  context.fillStyle = theme.text;
  context.globalAlpha = 0.035;
  for (const { x, y, r } of scene.layout.areas) {
    context.beginPath();
    context.arc(x, y, r, 0, TURN);
    context.fill();
  }
  context.globalAlpha = 0.22;
  context.strokeStyle = theme.text;
  context.lineWidth = 1 / view.scale;
  for (const { x, y, r } of scene.layout.areas) {
    context.beginPath();
    context.arc(x, y, r, 0, TURN);
    context.stroke();
  }
}

function paintModules(context: CanvasRenderingContext2D, { scene, view, size, theme, hovered }: Picture): void {
  const near = new Set(scene.near.flatMap((link) => [link.from, link.to]));
  const groups = new Map<string, Circle[]>();
  for (const [module, place] of scene.layout.places) {
    const shown = onScreen(place, view);
    const { x, y, r } = shown;
    if (x + r < 0 || y + r < 0 || x - r > size.width || y - r > size.height) {
      continue;
    }
    const cycle = scene.graph.modules[module]?.cycle ?? null;
    const colour = cycle === null ? theme.node : cycleColour(cycle);
    const bright = scene.selected === null || near.has(module) || module === scene.selected;
    const alpha = bright ? 0.9 : cycle === null ? 0.3 : 0.5;
    const key = `${alpha} ${colour}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [shown]);
    } else {
      group.push(shown);
    }
  }
  for (const [key, circles] of groups) {
    const space = key.indexOf(" ");
    context.globalAlpha = Number(key.slice(0, space));
    context.fillStyle = key.slice(space + 1);
    context.beginPath();
    for (const { x, y, r } of circles) {
      const radius = Math.max(r, 1.2);
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, TURN);
    }
    context.fill();
  }
  context.globalAlpha = 1;
  for (const [module, width] of [[hovered, 1.5], [scene.selected, 3]] as const) {
    const place = module === null ? undefined : scene.layout.places.get(module);
    if (place !== undefined) {
      const { x, y, r } = onScreen(place, view);
      context.strokeStyle = module === scene.selected ? theme.focus : theme.text;
      context.lineWidth = width;
      context.beginPath();
      context.arc(x, y, r + width, 0, TURN);
      context.stroke();
    }
  }
}

interface Label extends Circle {
  readonly text: string;
  readonly colour: string;
  readonly bold: boolean;
  readonly size: number;
}

/** So many modules have their names shown, besides those large enough to hold it. */
const MOST_LABELS = 60;

/** Names, the most wanted first; one that would cover another is left out. */
function paintLabels(context: CanvasRenderingContext2D, picture: Picture): void {
  const taken: { left: number; top: number; right: number; bottom: number }[] = [];
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.strokeStyle = picture.theme.ground;
  context.globalAlpha = 1;
  for (const { x, y, text, colour, bold, size } of labels(context, picture)) {
    context.font = `${bold ? "600 " : ""}${size}px ${picture.theme.font}`;
    const half = context.measureText(text).width / 2 + 2;
    const box = { left: x - half, top: y - size * 0.65, right: x + half, bottom: y + size * 0.65 };
    const hidden = box.right < 0 || box.left > picture.size.width || box.bottom < 0 || box.top > picture.size.height;
    const covers = taken.some(
      (other) =>
        box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom,
    );
    if (!hidden && !covers) {
      taken.push(box);
      context.lineWidth = 3;
      context.strokeText(text, x, y);
      context.fillStyle = colour;
      context.fillText(text, x, y);
    }
  }
}

function labels(context: CanvasRenderingContext2D, { scene, view, theme, hovered }: Picture): Label[] {
  const found: Label[] = [];
  const module = (at: number, colour: string, bold: boolean) => {
    const place = scene.layout.places.get(at);
    if (place !== undefined) {
      const { x, y, r } = onScreen(place, view);
      const name = scene.graph.modules[at]?.name ?? "";
      const text = name.slice(name.lastIndexOf(".") + 1);
      found.push({ x, y: y + Math.max(r, 1.2) + 9, r, text, colour, bold, size: bold ? 12 : 11 });
    }
  };
  if (scene.selected !== null) {
    module(scene.selected, theme.text, true);
  }
  if (hovered !== null && hovered !== scene.selected) {
    module(hovered, theme.text, true);
  }
  for (const { x, y, r, label, depth } of scene.layout.areas) {
    const shown = onScreen({ x, y, r }, view);
    const size = depth <= 1 ? 13 : 11;
    context.font = `600 ${size}px ${theme.font}`;
    if (context.measureText(label).width < shown.r * 1.7) {
      const colour = depth <= 1 ? theme.text : theme.faint;
      found.push({ x: shown.x, y: shown.y - shown.r, r: shown.r, text: label, colour, bold: true, size });
    }
  }
  const near = scene.near.flatMap((link) => [link.from, link.to]).slice(0, MOST_LABELS);
  for (const at of new Set(near)) {
    module(at, theme.text, false);
  }
  if (scene.selected === null) {
    const cyclic = scene.part.modules.filter((at) => scene.graph.modules[at]?.cycle !== null);
    for (const at of cyclic.slice(0, MOST_LABELS)) {
      module(at, theme.text, false);
    }
  }
  for (const [at, place] of scene.layout.places) {
    if (place.r * view.scale > 16) {
      module(at, theme.faint, false);
    }
  }
  return found;
}
