// What of the graph is shown: filters, neighbours, cycles, packages. It must not know the document or the layout.
import type { Graph, Link } from "../graph/data.ts";

/** What the reader asked for. */
export interface Filter {
  /** A dotted package, or empty for all modules. */
  readonly package: string;
  readonly onlyCycles: boolean;
  /** Whether deferred and typing-only imports count. */
  readonly later: boolean;
}

export const ALL: Filter = { package: "", onlyCycles: false, later: true };

/** The shown part of a graph, by indices into its modules and links. */
export interface Part {
  readonly modules: readonly number[];
  readonly links: readonly number[];
}

/** Whether a module is the package itself or lies inside it. */
export function isWithin(name: string, packageName: string): boolean {
  return packageName === "" || name === packageName || name.startsWith(`${packageName}.`);
}

/** Applies the filter. */
export function select(graph: Graph, filter: Filter): Part {
  const shown = graph.modules.map(
    (module) => isWithin(module.name, filter.package) && (!filter.onlyCycles || module.cycle !== null),
  );
  const wanted = (link: Link) =>
    shown[link.from] === true &&
    shown[link.to] === true &&
    (filter.later || link.eager) &&
    (!filter.onlyCycles || link.cycle !== null);
  return {
    modules: [...graph.modules.keys()].filter((at) => shown[at]),
    links: [...graph.links.keys()].filter((at) => wanted(graph.links[at]!)),
  };
}

/** A package that can be chosen. */
export interface Package {
  readonly name: string;
  /** From 0 for the outermost. */
  readonly depth: number;
  /** Modules in it, those of inner packages included. */
  readonly modules: number;
}

/** Packages of at least two modules, each after the one that it lies in. */
export function packages(graph: Graph): Package[] {
  const sizes = new Map<string, number>();
  for (const { name } of graph.modules) {
    for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
      const outer = name.slice(0, dot);
      sizes.set(outer, (sizes.get(outer) ?? 0) + 1);
    }
  }
  for (const { name } of graph.modules) {
    const size = sizes.get(name);
    if (size !== undefined) {
      sizes.set(name, size + 1);
    }
  }
  // By parts, so that `a.b` stands before `a-c`.
  const names = [...sizes.keys()].filter((name) => sizes.get(name)! > 1);
  const key = (name: string) => name.replaceAll(".", "\0");
  names.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return names.map((name) => ({ name, depth: name.split(".").length - 1, modules: sizes.get(name)! }));
}

/** The links of one module. */
export interface Neighbours {
  /** Links that lead to the modules it imports, by their names. */
  readonly imports: readonly Link[];
  /** Links from the modules that import it, by their names. */
  readonly importers: readonly Link[];
}

/** All links of a module, whatever the filter shows; implicit ones only if a cycle needs them. */
export function neighbours(graph: Graph, module: number, later: boolean): Neighbours {
  const counted = graph.links.filter((link) => later || link.eager);
  const name = (at: number) => graph.modules[at]?.name ?? "";
  const order = (a: number, b: number) => (name(a) < name(b) ? -1 : 1);
  return {
    imports: counted.filter((link) => link.from === module).sort((a, b) => order(a.to, b.to)),
    importers: counted.filter((link) => link.to === module).sort((a, b) => order(a.from, b.from)),
  };
}

/** A group of modules that import each other. */
export interface Cycle {
  readonly number: number;
  readonly modules: readonly number[];
  /** The links between them that run on import. */
  readonly links: readonly Link[];
}

/** All cycles, the largest first. */
export function cycles(graph: Graph): Cycle[] {
  const found = new Map<number, { number: number; modules: number[]; links: Link[] }>();
  for (const [at, { cycle }] of graph.modules.entries()) {
    if (cycle !== null) {
      const entry = found.get(cycle) ?? { number: cycle, modules: [], links: [] };
      entry.modules.push(at);
      found.set(cycle, entry);
    }
  }
  for (const link of graph.links) {
    if (link.cycle !== null) {
      found.get(link.cycle)?.links.push(link);
    }
  }
  return [...found.values()].sort((a, b) => b.modules.length - a.modules.length || a.number - b.number);
}

/** Modules whose name holds all words, the best first: a last part that begins with them, then short names. */
export function search(graph: Graph, text: string, limit: number): number[] {
  const words = text.toLowerCase().split(/[\s.]+/).filter((word) => word !== "");
  if (words.length === 0) {
    return [];
  }
  const rank = (name: string) => {
    const last = name.slice(name.lastIndexOf(".") + 1);
    return (last.startsWith(words.at(-1)!) ? 0 : 1_000) + name.length;
  };
  const names = graph.modules.map((module) => module.name.toLowerCase());
  const found = [...names.keys()].filter((at) => words.every((word) => names[at]!.includes(word)));
  return found.sort((a, b) => rank(names[a]!) - rank(names[b]!) || a - b).slice(0, limit);
}
