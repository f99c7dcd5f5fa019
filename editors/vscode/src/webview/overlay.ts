// The links that can be clicked, as elements above the canvas: those of cycles and of the selected module.
// It must not know the canvas or messages.
import { type Link, mainStatement } from "../graph/data.ts";
import { cycleColour } from "./colours.ts";
import { arrow, onScreen, type View } from "./geometry.ts";
import type { Scene } from "./map.ts";

/** What the reader does on a link. */
export interface LinkListener {
  open(link: Link): void;
  hover(text: string | null, x: number, y: number): void;
}

interface Shown {
  readonly link: Link;
  readonly group: SVGGElement;
  readonly paths: readonly [SVGPathElement, SVGPathElement, SVGPathElement];
}

const SPACE = "http://www.w3.org/2000/svg";

/** The elements. */
export class Overlay {
  readonly #svg: SVGSVGElement;
  readonly #listener: LinkListener;
  #shown: Shown[] = [];
  #scene: Scene | undefined;

  constructor(svg: SVGSVGElement, listener: LinkListener) {
    this.#svg = svg;
    this.#listener = listener;
  }

  /** Makes the elements anew. */
  show(scene: Scene): void {
    this.#scene = scene;
    const { graph, part, near } = scene;
    const cyclic = part.links.map((at) => graph.links[at]!).filter((link) => link.cycle !== null);
    const others = near.filter((link) => link.cycle === null);
    const mine = near.filter((link) => link.cycle !== null);
    // What comes later lies on top, where it can be clicked: the cycles that the selected module is part of.
    const links = [...cyclic.filter((link) => !mine.includes(link)), ...others, ...mine];
    this.#shown = links.map((link) => this.#element(scene, link));
    this.#svg.replaceChildren(...this.#shown.map(({ group }) => group));
  }

  /** Puts them where the view shows their modules. */
  place(view: View): void {
    const places = this.#scene?.layout.places;
    for (const { link, group, paths } of this.#shown) {
      const [from, to] = [places?.get(link.from), places?.get(link.to)];
      const drawn = from && to && arrow(onScreen(from, view), onScreen(to, view), 8);
      group.toggleAttribute("hidden", drawn === undefined);
      if (drawn !== undefined) {
        paths[0].setAttribute("d", drawn.line);
        paths[1].setAttribute("d", drawn.line);
        paths[2].setAttribute("d", drawn.head);
      }
    }
  }

  #element(scene: Scene, link: Link): Shown {
    const group = document.createElementNS(SPACE, "g");
    const paths = [0, 1, 2].map(() => document.createElementNS(SPACE, "path"));
    const [hit, line, head] = paths as [SVGPathElement, SVGPathElement, SVGPathElement];
    hit.setAttribute("class", "hit");
    line.setAttribute("class", "line");
    head.setAttribute("class", "head");
    group.append(hit, line, head);
    const [from, to] = [scene.graph.modules[link.from]!, scene.graph.modules[link.to]!];
    const classes = ["link", link.eager ? "eager" : "later"];
    const near = scene.selected === link.from ? "out" : scene.selected === link.to ? "in" : "";
    if (link.cycle !== null) {
      classes.push("cycle");
      group.style.setProperty("--colour", cycleColour(link.cycle));
    } else {
      classes.push(near);
    }
    if (scene.selected !== null && near === "") {
      classes.push("far");
    }
    group.setAttribute("class", classes.join(" "));
    group.dataset["from"] = from.path;
    group.dataset["to"] = to.path;
    const text = `${from.name} imports ${to.name}${where(link)}`;
    group.setAttribute("role", "link");
    group.setAttribute("tabindex", "0");
    group.setAttribute("aria-label", text);
    const open = () => this.#listener.open(link);
    group.addEventListener("click", open);
    group.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        open();
      }
    });
    group.addEventListener("pointermove", (event) => {
      const box = this.#svg.getBoundingClientRect();
      this.#listener.hover(text, event.clientX - box.left, event.clientY - box.top);
    });
    group.addEventListener("pointerleave", () => this.#listener.hover(null, 0, 0));
    return { link, group, paths: [hit, line, head] };
  }
}

/** The place and kind of a link's main statement, for a hint. */
export function where(link: Link): string {
  const statement = mainStatement(link);
  if (statement === undefined) {
    return "";
  }
  const kind = statement.kind === "eager" ? "" : `, ${statement.kind}`;
  const more = link.statements.length > 1 ? ` and ${link.statements.length - 1} more` : "";
  return link.implicit ? " by importing a module inside it" : ` in line ${statement.line}${more}${kind}`;
}
