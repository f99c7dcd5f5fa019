// The lists beside the map: imports of the selected module, and all cycles. It must not know the map.
import { type Graph, type Link, mainStatement } from "../graph/data.ts";
import { cycleColour } from "./colours.ts";
import { type Cycle, cycles, neighbours } from "./model.ts";

/** What the reader does in the lists. */
export interface Chooser {
  open(path: string, line: number): void;
  select(module: number): void;
  reveal(modules: readonly number[]): void;
}

/** So many rows of a list are made: more are of no use to a reader, and slow. */
const MOST_ROWS = 500;

/** Fills the part about the selected module. */
export function showModule(
  section: HTMLElement,
  graph: Graph,
  selected: number | null,
  later: boolean,
  chooser: Chooser,
): void {
  const module = selected === null ? undefined : graph.modules[selected];
  if (selected === null || module === undefined) {
    section.replaceChildren(
      element("p", "hint", "Select a module on the map or in the editor to see its imports. Click one to open it."),
    );
    return;
  }
  const { imports, importers } = neighbours(graph, selected, later);
  const dot = module.name.lastIndexOf(".");
  const title = element("h2", "", module.name.slice(dot + 1));
  title.title = module.name;
  const path = button("path", module.path, `Open ${module.path}`, () => chooser.open(module.path, 1));
  section.replaceChildren(
    title,
    path,
    heading("Imports", imports.length, "out"),
    list(imports.map((link) => row(graph, link, link.to, chooser))),
    heading("Imported by", importers.length, "in"),
    list(importers.map((link) => row(graph, link, link.from, chooser))),
  );
}

/** Fills the list of cycles. */
export function showCycles(section: HTMLElement, graph: Graph, chooser: Chooser): void {
  const found = cycles(graph);
  const items = found.slice(0, MOST_ROWS).map((cycle) => entry(graph, cycle, chooser));
  const none = element("p", "hint", "No import cycles.");
  section.replaceChildren(heading("Import cycles", found.length, ""), ...(items.length > 0 ? items : [none]));
}

function entry(graph: Graph, cycle: Cycle, chooser: Chooser): HTMLElement {
  const details = document.createElement("details");
  const summary = element("summary", "", "");
  const names = cycle.modules.map((at) => last(graph.modules[at]?.name ?? ""));
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  summary.append(mark(cycle.number), `${names.slice(0, 3).join(" · ")}${more}`);
  summary.title = cycle.modules.map((at) => graph.modules[at]?.name ?? "").join("\n");
  details.append(summary);
  details.addEventListener("toggle", () => {
    if (details.open) {
      if (details.children.length === 1) {
        const statements = cycle.links.filter((link) => !link.implicit);
        details.append(list(statements.map((link) => row(graph, link, link.to, chooser, link.from))));
      }
      chooser.reveal(cycle.modules);
    }
  });
  return details;
}

/** One import: a click opens its statement. */
function row(graph: Graph, link: Link, shown: number, chooser: Chooser, from?: number): HTMLElement {
  const item = document.createElement("li");
  const importer = graph.modules[link.from]!;
  const name = graph.modules[shown]?.name ?? "";
  const statement = mainStatement(link);
  const open = button("import", "", `Open the import in ${importer.path}`, () =>
    chooser.open(importer.path, statement?.line ?? 1),
  );
  if (link.cycle !== null) {
    open.append(mark(link.cycle));
  }
  const text = from === undefined ? name : `${last(graph.modules[from]?.name ?? "")} → ${last(name)}`;
  const kind = statement === undefined || statement.kind === "eager" ? "" : `${statement.kind} `;
  const place = link.implicit ? "implied" : `${kind}:${statement?.line ?? 1}`;
  const label = element("span", "name", "");
  // The name is cut at its beginning; a direction of its own keeps its underscores in place.
  label.append(element("bdi", "", text));
  open.append(label, element("span", "place", place));
  open.title = `${name}\n${importer.path}:${statement?.line ?? 1}`;
  item.append(open, button("go", "◎", `Select ${name}`, () => chooser.select(shown)));
  return item;
}

function list(rows: HTMLElement[]): HTMLElement {
  const result = document.createElement("ul");
  result.append(...rows.slice(0, MOST_ROWS));
  if (rows.length > MOST_ROWS) {
    result.append(element("li", "hint", `and ${rows.length - MOST_ROWS} more`));
  }
  return result;
}

function heading(text: string, number: number, kind: string): HTMLElement {
  const result = element("h3", kind, text);
  result.append(element("span", "number", String(number)));
  return result;
}

function mark(cycle: number): HTMLElement {
  const result = element("i", "mark", "");
  result.style.background = cycleColour(cycle);
  return result;
}

function button(kind: string, text: string, label: string, act: () => void): HTMLButtonElement {
  const result = document.createElement("button");
  result.className = kind;
  result.textContent = text;
  result.title = label;
  result.setAttribute("aria-label", label);
  result.addEventListener("click", act);
  return result;
}

function element(tag: string, kind: string, text: string): HTMLElement {
  const result = document.createElement(tag);
  result.className = kind;
  result.textContent = text;
  return result;
}

function last(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
