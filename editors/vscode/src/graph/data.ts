// The import graph as the server tells it, and as the page gets it: one link for each pair of modules.
// It must not know the editor or how it is drawn.

/** The result of the server's command `analyzer.importGraph`: what `analyzer graph --format json` prints, and where. */
export interface ServerGraph {
  /** The address of the folder that paths start from. */
  readonly root: string;
  readonly nodes: readonly { readonly path: string; readonly module: string; readonly cycle?: number }[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly kind: string;
    readonly line: number;
    readonly implicit: boolean;
  }[];
}

/** A module. */
export interface Module {
  readonly path: string;
  readonly name: string;
  /** The number of the cycle that it lies on, or null. */
  readonly cycle: number | null;
}

/** An import statement. */
export interface Statement {
  /** From 1. */
  readonly line: number;
  /** `eager`, `conditional`, `deferred`, `typing`, … */
  readonly kind: string;
}

/** The imports that lead from one module to another. */
export interface Link {
  /** Indices into the modules. */
  readonly from: number;
  readonly to: number;
  /** By line. */
  readonly statements: readonly Statement[];
  /** Whether one of them runs when the module is imported. */
  readonly eager: boolean;
  /** Whether no statement names the target: a package runs because a module inside it is imported. */
  readonly implicit: boolean;
  /** The number of the cycle that the link is a part of, or null. */
  readonly cycle: number | null;
}

/** The graph as the page draws it. */
export interface Graph {
  readonly modules: readonly Module[];
  readonly links: readonly Link[];
}

export const EMPTY: Graph = { modules: [], links: [] };

/** Reads what a server answered; an error says what is wrong with it. */
export function parse(answer: unknown): ServerGraph {
  const { root, nodes, edges } = (answer ?? {}) as Record<string, unknown>;
  if (typeof root !== "string" || !Array.isArray(nodes) || !Array.isArray(edges)) {
    throw new Error("the server's import graph has no root, no nodes or no edges");
  }
  for (const node of nodes) {
    const { path, module } = node as Record<string, unknown>;
    if (typeof path !== "string" || typeof module !== "string") {
      throw new Error("a node of the server's import graph has no path or no module");
    }
  }
  for (const edge of edges) {
    const { from, to, kind, line } = edge as Record<string, unknown>;
    if (typeof from !== "string" || typeof to !== "string" || typeof kind !== "string" || typeof line !== "number") {
      throw new Error("an edge of the server's import graph is incomplete");
    }
  }
  return answer as ServerGraph;
}

/** Kinds of imports that do not run while the module is imported. */
const LATER = new Set(["deferred", "typing"]);

/**
 * Joins the statements of each pair. Implicit links are most of a graph and nobody wrote them: only those are kept
 * that a cycle needs.
 */
export function condense(graph: Pick<ServerGraph, "nodes" | "edges">): Graph {
  const modules = graph.nodes.map(({ path, module, cycle }): Module => ({ path, name: module, cycle: cycle ?? null }));
  const index = new Map(modules.map((module, at) => [module.path, at]));
  const links = new Map<number, { -readonly [K in keyof Link]: Link[K] } & { statements: Statement[] }>();
  for (const edge of graph.edges) {
    const from = index.get(edge.from);
    const to = index.get(edge.to);
    if (from === undefined || to === undefined || from === to) {
      continue;
    }
    const eager = !LATER.has(edge.kind);
    const shared = modules[from]?.cycle ?? null;
    const cycle = eager && shared !== null && shared === modules[to]?.cycle ? shared : null;
    if (edge.implicit && cycle === null) {
      continue;
    }
    const key = from * modules.length + to;
    let link = links.get(key);
    if (link === undefined || (link.implicit && !edge.implicit)) {
      link = { from, to, statements: [], eager: false, implicit: edge.implicit, cycle: null };
      links.set(key, link);
    }
    if (edge.implicit && !link.implicit) {
      continue;
    }
    link.statements.push({ line: edge.line, kind: edge.kind });
    link.eager ||= eager;
    link.cycle ??= cycle;
  }
  return { modules, links: [...links.values()] };
}

/** The statement that a click on the link opens: the first that runs on import, else the first. */
export function mainStatement(link: Link): Statement | undefined {
  return link.statements.find((statement) => !LATER.has(statement.kind)) ?? link.statements[0];
}
