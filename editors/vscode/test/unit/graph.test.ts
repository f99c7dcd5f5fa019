// The graph's way from the server's answer to places on a map.
import assert from "node:assert/strict";
import { test } from "node:test";
import { condense, mainStatement, parse, type ServerGraph } from "../../src/graph/data.ts";
import { page } from "../../src/graph/page.ts";
import { arrow, onScreen, viewOf, zoomed } from "../../src/webview/geometry.ts";
import { layOut } from "../../src/webview/layout.ts";
import { ALL, cycles, isWithin, neighbours, packages, search, select } from "../../src/webview/model.ts";
import { manyModules } from "../many-modules.ts";

const node = (path: string, cycle?: number) => ({
  path,
  module: path.replace(/(\/__init__)?\.py$/, "").replaceAll("/", "."),
  ...(cycle === undefined ? {} : { cycle }),
});
const edge = (from: string, to: string, line: number, kind = "eager", implicit = false) => ({
  from,
  to,
  line,
  kind,
  implicit,
});

const SERVER: ServerGraph = {
  root: "file:///code/shop",
  nodes: [node("a/__init__.py"), node("a/b.py", 0), node("a/c.py", 0), node("d.py"), node("a_b/e.py")],
  edges: [
    edge("a/b.py", "a/c.py", 9),
    edge("a/b.py", "a/c.py", 4, "deferred"),
    edge("a/c.py", "a/b.py", 1, "conditional"),
    edge("a/c.py", "a/b.py", 2, "typing"),
    edge("a/b.py", "a/__init__.py", 9, "eager", true),
    edge("d.py", "a/b.py", 7, "deferred"),
    edge("d.py", "gone.py", 8),
  ],
};
const GRAPH = condense(SERVER);

test("answers of another shape are refused with a reason", () => {
  const { root } = SERVER;
  assert.equal(parse(SERVER), SERVER);
  for (const wrong of [null, "x", {}, { root, nodes: [], edges: {} }, { nodes: [], edges: [] }, { root, nodes: [{}], edges: [] }]) {
    assert.throws(() => parse(wrong), /import graph/);
  }
  assert.throws(() => parse({ root, nodes: [], edges: [{ from: "a", to: "b" }] }), /incomplete/);
});

test("statements of a pair are one link; implied ones and unknown ends are left out", () => {
  const shown = GRAPH.links.map((link) => {
    const [from, to] = [GRAPH.modules[link.from]!.name, GRAPH.modules[link.to]!.name];
    return `${from}>${to} ${link.statements.map(({ line }) => line).join()} ${link.eager} ${link.cycle}`;
  });
  assert.deepEqual(shown, ["a.b>a.c 9,4 true 0", "a.c>a.b 1,2 true 0", "d>a.b 7 false null"]);
});

test("an implied link stays where a cycle needs it, unless a statement names the target too", () => {
  const nodes = [node("a/__init__.py", 0), node("a/b.py", 0)];
  const implied = edge("a/b.py", "a/__init__.py", 2, "eager", true);
  const back = edge("a/__init__.py", "a/b.py", 1);
  const links = condense({ nodes, edges: [implied, back] }).links;
  assert.deepEqual(links.map(({ implicit }) => implicit), [true, false]);
  for (const edges of [
    [implied, edge("a/b.py", "a/__init__.py", 5), back],
    [edge("a/b.py", "a/__init__.py", 5), implied, back],
  ]) {
    const [link] = condense({ nodes, edges }).links;
    assert.deepEqual([link?.implicit, link?.statements], [false, [{ line: 5, kind: "eager" }]]);
  }
});

test("a click opens the statement that runs on import", () => {
  assert.deepEqual(mainStatement(GRAPH.links[0]!), { line: 9, kind: "eager" });
  assert.deepEqual(mainStatement(GRAPH.links[2]!), { line: 7, kind: "deferred" });
});

test("filters", () => {
  assert.deepEqual(select(GRAPH, ALL), { modules: [0, 1, 2, 3, 4], links: [0, 1, 2] });
  assert.deepEqual(select(GRAPH, { ...ALL, package: "a" }), { modules: [0, 1, 2], links: [0, 1] });
  assert.deepEqual(select(GRAPH, { ...ALL, onlyCycles: true }), { modules: [1, 2], links: [0, 1] });
  assert.deepEqual(select(GRAPH, { ...ALL, later: false }).links, [0, 1]);
  assert.ok(!isWithin("a_b.e", "a"));
});

test("packages are listed with what they hold", () => {
  const names = ["a", "a.b.c", "a.b.d", "a-x.y", "a.e", "f"];
  const graph = condense({ nodes: names.map((module) => ({ path: `${module}.py`, module })), edges: [] });
  assert.deepEqual(packages(graph), [
    { name: "a", depth: 0, modules: 4 },
    { name: "a.b", depth: 1, modules: 2 },
  ]);
});

test("neighbours come by name, whatever is shown", () => {
  const { imports, importers } = neighbours(GRAPH, 1, true);
  assert.deepEqual([imports.map(({ to }) => to), importers.map(({ from }) => from)], [[2], [2, 3]]);
  assert.deepEqual(neighbours(GRAPH, 1, false).importers.map(({ from }) => from), [2]);
});

test("cycles have their modules and links, the largest first", () => {
  const [cycle, ...rest] = cycles(GRAPH);
  assert.deepEqual([cycle?.modules, cycle?.links.length, rest], [[1, 2], 2, []]);
  const many = cycles(condense(manyModules(300)));
  assert.deepEqual(many.map(({ modules }) => modules.length), [4, 4, 4]);
});

test("a module is found by parts of its name, in any order of case", () => {
  assert.deepEqual(search(GRAPH, "A b", 9).map((at) => GRAPH.modules[at]!.name), ["a.b", "a_b.e"]);
  assert.deepEqual(search(GRAPH, "  ", 9), []);
  assert.deepEqual(search(GRAPH, "zzz", 9), []);
  assert.equal(search(GRAPH, "a", 1).length, 1);
});

test("modules lie in their packages and never on each other", () => {
  const graph = condense(manyModules(300));
  const all = select(graph, ALL);
  const { places, areas } = layOut(graph, all.modules, all.links);
  const circles = [...places];
  assert.equal(circles.length, 300);
  for (const [at, [module, a]] of circles.entries()) {
    const name = graph.modules[module]!.name;
    const home = areas.find((area) => area.name === name.slice(0, name.lastIndexOf(".")))!;
    assert.ok(Math.hypot(a.x - home.x, a.y - home.y) + a.r <= home.r + 0.01, name);
    for (const [, b] of circles.slice(at + 1)) {
      assert.ok(Math.hypot(a.x - b.x, a.y - b.y) >= a.r + b.r - 0.01, name);
    }
  }
});

test("a package that only holds another is joined with it", () => {
  const graph = condense({ nodes: ["x/y/a.py", "x/y/b.py", "x/y/z/c.py"].map((path) => node(path)), edges: [] });
  const { areas } = layOut(graph, [0, 1, 2], []);
  assert.deepEqual(areas.map(({ label }) => label), ["x.y", "z"]);
});

test("the same graph is always laid out the same way, and nothing is laid out as well", () => {
  const graph = condense(manyModules(100));
  const all = select(graph, ALL);
  const draw = () => [...layOut(graph, all.modules, all.links).places];
  assert.deepEqual(draw(), draw());
  assert.equal(layOut(graph, [], []).places.size, 0);
});

test("a thousand modules are laid out within a second, names of any depth do not overflow", () => {
  const graph = condense(manyModules(1_000));
  const all = select(graph, ALL);
  const start = performance.now();
  layOut(graph, all.modules, all.links);
  assert.ok(performance.now() - start < 1_000);
  const deep = Array.from({ length: 200 }, (_, at) => `p${at}`).join(".");
  const nodes = [{ path: "a.py", module: `${deep}.a` }, { path: "b.py", module: `${deep}.b` }];
  assert.equal(layOut(condense({ nodes, edges: [] }), [0, 1], []).areas.length, 1);
});

test("views and arrows", () => {
  const view = viewOf([{ x: 0, y: 0, r: 10 }, { x: 100, y: 0, r: 10 }], { width: 248, height: 148 }, 9);
  assert.deepEqual(onScreen({ x: 50, y: 0, r: 1 }, view), { x: 124, y: 74, r: view.scale });
  const point = { x: 30, y: 40 };
  const before = onScreen({ x: 5, y: 5, r: 1 }, { scale: 1, x: 25, y: 35 });
  const after = onScreen({ x: 5, y: 5, r: 1 }, zoomed({ scale: 1, x: 25, y: 35 }, 2, point));
  assert.deepEqual([after.x, after.y], [before.x, before.y]);
  assert.equal(arrow({ x: 0, y: 0, r: 5 }, { x: 8, y: 0, r: 5 }, 8), undefined);
  assert.match(arrow({ x: 0, y: 0, r: 5 }, { x: 80, y: 0, r: 5 }, 8)!.line, /^M[\d.-]+ [\d.-]+Q/);
  assert.deepEqual(viewOf([], { width: 10, height: 10 }, 1), { scale: 1, x: 5, y: 5 });
});

test("the page lets in its own script and style only", () => {
  const html = page({ origin: "https://x", script: "https://x/a.js", style: "https://x/a.css", nonce: "abc" });
  assert.match(html, /content="default-src 'none'; style-src https:\/\/x; script-src 'nonce-abc'"/);
  assert.equal(html.match(/<script/g)?.length, 1);
  assert.doesNotMatch(html, / style=| on[a-z]+="/);
});
