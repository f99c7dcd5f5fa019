// The field that finds a module by parts of its name. It must not know the map.
import type { Graph } from "../graph/data.ts";
import { search } from "./model.ts";

const MOST = 12;

/** Ties the field and its list together; `choose` gets the module's index. */
export class Finder {
  readonly #field: HTMLInputElement;
  readonly #list: HTMLElement;
  readonly #choose: (module: number) => void;
  #graph: Graph = { modules: [], links: [] };
  #found: number[] = [];
  #at = 0;

  constructor(field: HTMLInputElement, list: HTMLElement, choose: (module: number) => void) {
    this.#field = field;
    this.#list = list;
    this.#choose = choose;
    field.addEventListener("input", () => this.#search());
    field.addEventListener("focus", () => this.#search());
    field.addEventListener("blur", () => this.#close());
    field.addEventListener("keydown", (event) => this.#press(event));
  }

  show(graph: Graph): void {
    this.#graph = graph;
  }

  #search(): void {
    this.#found = search(this.#graph, this.#field.value, MOST);
    this.#at = 0;
    this.#list.replaceChildren(
      ...this.#found.map((module, at) => {
        const item = document.createElement("li");
        item.textContent = this.#graph.modules[module]?.name ?? "";
        item.setAttribute("role", "option");
        // Not click: the field loses the focus before it, and the list is gone.
        item.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          this.#take(at);
        });
        return item;
      }),
    );
    this.#mark();
  }

  #mark(): void {
    const open = this.#found.length > 0;
    this.#list.hidden = !open;
    this.#field.setAttribute("aria-expanded", String(open));
    for (const [at, item] of [...this.#list.children].entries()) {
      item.setAttribute("aria-selected", String(at === this.#at));
    }
  }

  #press(event: KeyboardEvent): void {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && this.#found.length > 0) {
      event.preventDefault();
      this.#at = (this.#at + step + this.#found.length) % this.#found.length;
      this.#mark();
    } else if (event.key === "Enter") {
      this.#take(this.#at);
    } else if (event.key === "Escape") {
      this.#close();
    }
  }

  #take(at: number): void {
    const module = this.#found[at];
    if (module !== undefined) {
      this.#close();
      this.#choose(module);
    }
  }

  #close(): void {
    this.#found = [];
    this.#list.replaceChildren();
    this.#mark();
  }
}
