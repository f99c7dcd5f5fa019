// Where modules lie: each package a circle around its modules and inner packages. The same modules always lie at the
// same places, and nothing moves by itself. It must not know the document or how it is drawn.
import { hierarchy, pack } from "d3-hierarchy";
import type { Graph } from "../graph/data.ts";

/** A circle in the map's own units. */
export interface Circle {
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

/** A package. */
export interface Area extends Circle {
  readonly name: string;
  /** The part of the name that its surroundings do not say. */
  readonly label: string;
  /** From 1 for the outermost. */
  readonly depth: number;
}

/** All places. */
export interface Layout {
  /** By the module's index. */
  readonly places: ReadonlyMap<number, Circle>;
  /** Outer ones first. */
  readonly areas: readonly Area[];
  /** The circle around everything. */
  readonly whole: Circle;
}

interface Branch {
  readonly name: string;
  readonly label: string;
  readonly children: (Branch | Leaf)[];
}

interface Leaf {
  readonly module: number;
  readonly value: number;
}

/** Lays the given modules out. A module's size grows with the number of its shown links. */
export function layOut(graph: Graph, modules: readonly number[], links: readonly number[]): Layout {
  const degree = new Map<number, number>();
  for (const at of links) {
    const { from, to } = graph.links[at]!;
    degree.set(from, (degree.get(from) ?? 0) + 1);
    degree.set(to, (degree.get(to) ?? 0) + 1);
  }
  const root = merged(tree(graph, modules, degree));
  const packed = pack<Branch | Leaf>().padding((circle) => (circle.height > 1 ? 12 : 8)).radius((circle) => {
    return 3 + Math.sqrt(circle.value ?? 0) * 0.9;
  })(
    hierarchy<Branch | Leaf>(root, (node) => ("children" in node ? node.children : undefined))
      .sum((node) => ("value" in node ? node.value : 0))
      .sort((a, b) => b.height - a.height || (b.value ?? 0) - (a.value ?? 0)),
  );
  const places = new Map<number, Circle>();
  const areas: Area[] = [];
  for (const { x, y, r, data, depth } of packed.descendants()) {
    if ("module" in data) {
      places.set(data.module, { x, y, r });
    } else if (depth > 0 || data.label !== "") {
      areas.push({ x, y, r, name: data.name, label: data.label, depth });
    }
  }
  return { places, areas, whole: { x: packed.x, y: packed.y, r: Math.max(packed.r, 1) } };
}

/** Packages as a tree. A package's own `__init__` is a module inside it. */
function tree(graph: Graph, modules: readonly number[], degree: ReadonlyMap<number, number>): Branch {
  const branches = new Map<string, Branch>();
  const root: Branch = { name: "", label: "", children: [] };
  branches.set("", root);
  const branch = (name: string): Branch => {
    const parts = name === "" ? [] : name.split(".");
    let parent = root;
    for (const [depth, part] of parts.entries()) {
      const full = parts.slice(0, depth + 1).join(".");
      let own = branches.get(full);
      if (own === undefined) {
        own = { name: full, label: part, children: [] };
        branches.set(full, own);
        parent.children.push(own);
      }
      parent = own;
    }
    return parent;
  };
  for (const module of modules) {
    const { name, path } = graph.modules[module]!;
    const isPackage = /(^|\/)__init__\.pyi?$/.test(path);
    const home = isPackage ? name : name.slice(0, Math.max(name.lastIndexOf("."), 0));
    branch(home).children.push({ module, value: degree.get(module) ?? 0 });
  }
  return root;
}

/** Joins each package that holds nothing but one other package with it. */
function merged(root: Branch): Branch {
  const join = (start: Branch): Branch => {
    let [node, label] = [start, start.label];
    for (let [only, second] = node.children; only !== undefined && second === undefined && "children" in only; ) {
      node = only;
      label = label === "" ? node.label : `${label}.${node.label}`;
      [only, second] = node.children;
    }
    return { name: node.name, label, children: node.children };
  };
  const result = join(root);
  // A list instead of recursion: names can have any number of parts.
  for (const waiting = [result]; waiting.length > 0; ) {
    const { children } = waiting.pop()!;
    for (const [at, child] of children.entries()) {
      if ("children" in child) {
        const joined = join(child);
        children[at] = joined;
        waiting.push(joined);
      }
    }
  }
  return result;
}
