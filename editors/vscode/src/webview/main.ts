// The page of the import graph: takes messages, keeps what is chosen, and has it drawn.
// It must not know the editor beyond the messages.
import { EMPTY, type Graph, type Link, mainStatement } from "../graph/data.ts";
import type { ToEditor, ToPage } from "../graph/messages.ts";
import { Finder } from "./finder.ts";
import { type Layout, layOut } from "./layout.ts";
import { Canvas } from "./map.ts";
import { ALL, type Filter, isWithin, neighbours, packages, type Part, select } from "./model.ts";
import { type Chooser, showCycles, showModule } from "./sidebar.ts";

/** What the editor keeps while the page is hidden. */
interface Kept {
  readonly filter: Filter;
  readonly selected: string | null;
}

declare function acquireVsCodeApi(): {
  postMessage(message: ToEditor): void;
  getState(): Kept | undefined;
  setState(state: Kept): void;
};

const editor = acquireVsCodeApi();

function byId<Kind extends Element>(id: string): Kind {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no #${id}`);
  }
  return found as unknown as Kind;
}

const chosenPackage = byId<HTMLSelectElement>("package");
const onlyCycles = byId<HTMLInputElement>("cycles-only");
const later = byId<HTMLInputElement>("later");
const follow = byId<HTMLInputElement>("follow");
const notice = byId<HTMLElement>("notice");
const summary = byId<HTMLElement>("summary");

const kept = editor.getState();
let filter: Filter = kept?.filter ?? ALL;
/** A path, since indices change with each graph. */
let selected: string | null = kept?.selected ?? null;
let graph: Graph = EMPTY;
let indices = new Map<string, number>();
let part: Part = { modules: [], links: [] };
let layout: Layout = layOut(EMPTY, [], []);

const chooser: Chooser = {
  open: (path, line) => editor.postMessage({ type: "open", path, line }),
  select: (module) => choose(module, true),
  reveal: (modules) => {
    widen(modules);
    map.gather(modules);
  },
};
const map = new Canvas(byId("canvas"), byId<SVGSVGElement>("overlay"), byId("tip"), {
  select: (module) => choose(module, false),
  open: (module) => chooser.open(graph.modules[module]?.path ?? "", 1),
  openLink: (link: Link) => chooser.open(graph.modules[link.from]?.path ?? "", mainStatement(link)?.line ?? 1),
});
const finder = new Finder(byId("search"), byId("matches"), (module) => choose(module, true));

/** Selects a module, or none. */
function choose(module: number | null, reveal: boolean): void {
  selected = module === null ? null : (graph.modules[module]?.path ?? null);
  if (module !== null && reveal) {
    widen([module]);
  }
  draw();
  if (module !== null && reveal) {
    const { imports, importers } = neighbours(graph, module, filter.later);
    map.reveal(module, [...imports.map(({ to }) => to), ...importers.map(({ from }) => from)]);
  }
}

/** Takes filters away that hide one of these modules. */
function widen(modules: readonly number[]): void {
  const hidden = modules.some((module) => !layout.places.has(module));
  if (hidden) {
    const inside = modules.every((module) => isWithin(graph.modules[module]?.name ?? "", filter.package));
    apply({ ...filter, package: inside ? filter.package : "", onlyCycles: false });
  }
}

/** Lays out what a filter shows. */
function apply(next: Filter): void {
  filter = next;
  part = select(graph, filter);
  layout = layOut(graph, part.modules, part.links);
  [onlyCycles.checked, later.checked] = [filter.onlyCycles, filter.later];
  chosenPackage.value = filter.package;
  const [shown, all] = [part.modules.length, graph.modules.length];
  const modules = shown === all ? `${all} modules` : `${shown} of ${all} modules`;
  summary.textContent = `${modules}, ${part.links.length} imports`;
  tell(all === 0 ? "There are no Python modules here." : shown === 0 ? "No module passes the filters." : null);
  draw();
}

function draw(): void {
  const module = selected === null ? null : (indices.get(selected) ?? null);
  const { imports, importers } = module === null ? { imports: [], importers: [] } : neighbours(graph, module, filter.later);
  const near = [...imports, ...importers].filter((link) => layout.places.has(link.from) && layout.places.has(link.to));
  map.show({ graph, part, layout, selected: module, near });
  showModule(byId("module"), graph, module, filter.later, chooser);
  document.body.dataset["selected"] = selected ?? "";
  document.body.dataset["shown"] = String(part.modules.length);
  editor.setState({ filter, selected });
}

/** Shows another graph. */
function receive(next: Graph): void {
  graph = next;
  indices = new Map(graph.modules.map((module, at) => [module.path, at]));
  const known = packages(graph);
  const options = [new Option(`all (${graph.modules.length})`, "")];
  for (const { name, depth, modules } of known) {
    const label = `${"\u2003".repeat(depth)}${name.slice(name.lastIndexOf(".") + 1)} (${modules})`;
    options.push(new Option(label, name));
  }
  chosenPackage.replaceChildren(...options);
  const exists = filter.package === "" || known.some(({ name }) => name === filter.package);
  finder.show(graph);
  showCycles(byId("cycles"), graph, chooser);
  apply(exists ? filter : { ...filter, package: "" });
}

function tell(text: string | null): void {
  notice.hidden = text === null;
  notice.textContent = text;
}

function reveal(path: string | null): void {
  const module = path === null ? undefined : indices.get(path);
  if (module !== undefined) {
    choose(module, true);
  }
}

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  switch (data.type) {
    case "graph":
      receive(data.graph);
      break;
    case "busy":
      if (graph === EMPTY) {
        tell("The imports are read…");
      }
      break;
    case "failed":
      tell(`The import graph cannot be shown: ${data.reason}.`);
      break;
    case "active":
      if (follow.checked) {
        reveal(data.path);
      }
      break;
    case "select":
      reveal(data.path);
      break;
    case "follow":
      follow.checked = data.follow;
  }
});

chosenPackage.addEventListener("change", () => apply({ ...filter, package: chosenPackage.value }));
onlyCycles.addEventListener("change", () => apply({ ...filter, onlyCycles: onlyCycles.checked }));
later.addEventListener("change", () => apply({ ...filter, later: later.checked }));
follow.addEventListener("change", () => editor.postMessage({ type: "follow", follow: follow.checked }));
byId("fit").addEventListener("click", () => map.fit(true));
byId("refresh").addEventListener("click", () => editor.postMessage({ type: "refresh" }));
editor.postMessage({ type: "ready" });
