// The map: what the pointer and the keys do to it, and what is drawn when. It must not know filters or messages.
import type { Graph, Link } from "../graph/data.ts";
import { type Theme, theme } from "./colours.ts";
import { MAX_SCALE, onScreen, type Size, type View, viewOf, zoomed } from "./geometry.ts";
import type { Circle, Layout } from "./layout.ts";
import type { Part } from "./model.ts";
import { Overlay } from "./overlay.ts";
import { paint, prepare, type Prepared } from "./paint.ts";

/** What the reader does on the map. */
export interface Listener {
  select(module: number | null): void;
  open(module: number): void;
  openLink(link: Link): void;
}

/** Everything that is drawn. */
export interface Scene {
  readonly graph: Graph;
  readonly part: Part;
  readonly layout: Layout;
  readonly selected: number | null;
  /** The links of the selected module that are shown. */
  readonly near: readonly Link[];
}

/** No module is shown larger than so many pixels for each unit of the map by itself. */
const CLOSE = 3;
/** The radius in pixels from which a module and its surroundings can be told apart. */
const READABLE = 8;
/** Pixels that the pointer may move during a click. */
const STEADY = 4;

/** The canvas with what lies above it. */
export class Canvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #overlay: Overlay;
  readonly #tip: HTMLElement;
  readonly #listener: Listener;
  #scene: Scene | undefined;
  #prepared: Prepared | undefined;
  #theme: Theme = theme();
  #view: View = { scale: 1, x: 0, y: 0 };
  #size: Size = { width: 0, height: 0 };
  #frame = 0;
  #flight = 0;
  #hovered: number | null = null;
  /** Whether the reader has moved the map, so that a new size must not move it again. */
  #moved = false;

  constructor(canvas: HTMLCanvasElement, svg: SVGSVGElement, tip: HTMLElement, listener: Listener) {
    const context = canvas.getContext("2d");
    if (context === null) {
      throw new Error("this window cannot draw");
    }
    this.#canvas = canvas;
    this.#context = context;
    this.#tip = tip;
    this.#listener = listener;
    this.#overlay = new Overlay(svg, {
      open: (link) => listener.openLink(link),
      hover: (text, x, y) => this.#hint(text, x, y),
    });
    new ResizeObserver(() => this.#resize()).observe(canvas);
    // The editor changes the theme by changing the document's classes and variables.
    new MutationObserver(() => this.recolour()).observe(document.documentElement, {
      attributes: true,
      subtree: false,
    });
    new MutationObserver(() => this.recolour()).observe(document.body, { attributeFilter: ["class"] });
    this.#listen();
  }

  /** Draws another scene; the view stays unless the modules lie elsewhere. */
  show(scene: Scene): void {
    const same = scene.layout === this.#scene?.layout;
    this.#scene = scene;
    if (!same) {
      this.#prepared = prepare(scene);
      this.#hovered = null;
      this.fit(false);
    }
    this.#overlay.show(scene);
    this.#redraw();
  }

  recolour(): void {
    this.#theme = theme();
    this.#redraw();
  }

  /** Shows everything. */
  fit(animated: boolean): void {
    if (this.#scene !== undefined) {
      this.#moved = false;
      this.#fly(viewOf([this.#scene.layout.whole], this.#size, 2 * CLOSE), animated);
    }
  }

  /** Shows these modules as large as the window allows. */
  gather(modules: readonly number[]): void {
    const places = this.#places(modules);
    if (places.length > 0) {
      this.#moved = true;
      this.#fly(viewOf(places, this.#size, CLOSE), true);
    }
  }

  /** Moves the map, if need be, so that a module can be seen, with as many of its neighbours as fit. */
  reveal(module: number, neighbours: readonly number[]): void {
    const [place] = this.#places([module]);
    if (place === undefined) {
      return;
    }
    const { x, y, r } = onScreen(place, this.#view);
    const { width, height } = this.#size;
    if (r >= READABLE && x > 40 && y > 40 && x < width - 40 && y < height - 40) {
      return;
    }
    this.#moved = true;
    const view = viewOf([place, ...this.#places(neighbours)], this.#size, CLOSE);
    const scale = READABLE / place.r;
    const near = { scale, x: width / 2 - place.x * scale, y: height / 2 - place.y * scale };
    this.#fly(view.scale * place.r >= READABLE ? view : near, true);
  }

  #places(modules: readonly number[]): Circle[] {
    return modules.map((module) => this.#scene?.layout.places.get(module)).filter((place) => place !== undefined);
  }

  #listen(): void {
    const canvas = this.#canvas;
    let pressed: { x: number; y: number; view: View; moved: boolean } | undefined;
    const at = (event: MouseEvent) => ({ x: event.offsetX, y: event.offsetY });
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button === 0) {
        canvas.setPointerCapture(event.pointerId);
        pressed = { ...at(event), view: this.#view, moved: false };
      }
    });
    canvas.addEventListener("pointermove", (event) => {
      const { x, y } = at(event);
      if (pressed === undefined) {
        this.#hover(this.#moduleAt(x, y), x, y);
        return;
      }
      pressed.moved ||= Math.hypot(x - pressed.x, y - pressed.y) > STEADY;
      if (pressed.moved) {
        const { view } = pressed;
        this.#move({ ...view, x: view.x + x - pressed.x, y: view.y + y - pressed.y });
      }
    });
    canvas.addEventListener("pointerup", (event) => {
      const { x, y } = at(event);
      if (pressed?.moved === false) {
        this.#listener.select(this.#moduleAt(x, y));
      }
      pressed = undefined;
    });
    canvas.addEventListener("pointerleave", () => this.#hover(null, 0, 0));
    canvas.addEventListener("dblclick", (event) => {
      const { x, y } = at(event);
      const module = this.#moduleAt(x, y);
      if (module === null) {
        this.#enterArea(x, y);
      } else {
        this.#listener.open(module);
      }
    });
    canvas.parentElement?.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const step = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * 30;
        const box = canvas.getBoundingClientRect();
        const point = { x: event.clientX - box.left, y: event.clientY - box.top };
        this.#move(zoomed(this.#view, Math.exp(-step * (event.ctrlKey ? 0.01 : 0.002)), point));
      },
      { passive: false },
    );
    canvas.addEventListener("keydown", (event) => this.#press(event));
  }

  #press(event: KeyboardEvent): void {
    const centre = { x: this.#size.width / 2, y: this.#size.height / 2 };
    const view = this.#view;
    const keys: Record<string, () => void> = {
      ArrowLeft: () => this.#move({ ...view, x: view.x + 60 }),
      ArrowRight: () => this.#move({ ...view, x: view.x - 60 }),
      ArrowUp: () => this.#move({ ...view, y: view.y + 60 }),
      ArrowDown: () => this.#move({ ...view, y: view.y - 60 }),
      "+": () => this.#move(zoomed(view, 1.25, centre)),
      "=": () => this.#move(zoomed(view, 1.25, centre)),
      "-": () => this.#move(zoomed(view, 0.8, centre)),
      "0": () => this.fit(true),
      Escape: () => this.#listener.select(null),
      Enter: () => {
        if (this.#scene?.selected != null) {
          this.#listener.open(this.#scene.selected);
        }
      },
    };
    const act = keys[event.key];
    if (act !== undefined && !event.metaKey && !event.altKey) {
      event.preventDefault();
      act();
    }
  }

  /** Zooms to the innermost package at a point. */
  #enterArea(x: number, y: number): void {
    const inside = (circle: Circle) => {
      const shown = onScreen(circle, this.#view);
      return Math.hypot(shown.x - x, shown.y - y) <= shown.r;
    };
    const area = this.#scene?.layout.areas.findLast(inside);
    if (area !== undefined) {
      this.#moved = true;
      this.#fly(viewOf([area], this.#size, MAX_SCALE), true);
    }
  }

  #moduleAt(x: number, y: number): number | null {
    let nearest: number | null = null;
    let best = Infinity;
    for (const [module, place] of this.#scene?.layout.places ?? []) {
      const shown = onScreen(place, this.#view);
      const distance = Math.hypot(shown.x - x, shown.y - y) - shown.r;
      if (distance < best && distance <= 4) {
        [nearest, best] = [module, distance];
      }
    }
    return nearest;
  }

  #hover(module: number | null, x: number, y: number): void {
    const name = module === null ? null : (this.#scene?.graph.modules[module]?.name ?? null);
    this.#hint(name, x, y);
    this.#canvas.classList.toggle("over", module !== null);
    if (module !== this.#hovered) {
      this.#hovered = module;
      this.#redraw();
    }
  }

  #hint(text: string | null, x: number, y: number): void {
    this.#tip.hidden = text === null;
    if (text !== null) {
      this.#tip.textContent = text;
      const left = Math.min(x + 12, Math.max(this.#size.width - this.#tip.offsetWidth - 8, 0));
      this.#tip.style.left = `${left}px`;
      this.#tip.style.top = `${Math.min(y + 14, this.#size.height - this.#tip.offsetHeight - 8)}px`;
    }
  }

  #move(view: View): void {
    cancelAnimationFrame(this.#flight);
    this.#moved = true;
    this.#view = view;
    this.#redraw();
  }

  #fly(target: View, animated: boolean): void {
    cancelAnimationFrame(this.#flight);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!animated || still || document.hidden) {
      this.#view = target;
      this.#redraw();
      return;
    }
    const [start, begin] = [this.#view, performance.now()];
    const step = (now: number) => {
      const time = Math.min(Math.max((now - begin) / 250, 0), 1);
      const part = time * (2 - time);
      const mix = (a: number, b: number) => a + (b - a) * part;
      this.#view = {
        scale: mix(start.scale, target.scale),
        x: mix(start.x, target.x),
        y: mix(start.y, target.y),
      };
      this.#redraw();
      if (time < 1) {
        this.#flight = requestAnimationFrame(step);
      }
    };
    this.#flight = requestAnimationFrame(step);
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    this.#size = { width, height };
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    if (!this.#moved) {
      this.fit(false);
    }
    // A canvas that was resized is empty until it is drawn: not a frame later, or it flickers.
    this.#draw();
  }

  #redraw(): void {
    if (this.#frame === 0) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.#draw();
      });
    }
  }

  #draw(): void {
    if (this.#scene === undefined || this.#prepared === undefined || this.#size.width === 0) {
      return;
    }
    const [scene, view, size] = [this.#scene, this.#view, this.#size];
    paint(this.#context, { scene, prepared: this.#prepared, view, size, theme: this.#theme, hovered: this.#hovered });
    this.#overlay.place(view);
  }
}
