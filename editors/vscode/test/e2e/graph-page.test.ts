// The page of the import graph by itself, in a browser: large graphs, the filters, what is told to the editor.
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { condense, type Graph } from "../../src/graph/data.ts";
import type { ToEditor, ToPage } from "../../src/graph/messages.ts";
import { page as html } from "../../src/graph/page.ts";
import { manyModules } from "../many-modules.ts";
import { EXTENSION, launch, picture } from "./browser.ts";

/** What the editor's dark theme says. */
const DARK = {
  "editor-background": "#1f1f1f",
  "editor-foreground": "#cccccc",
  foreground: "#cccccc",
  descriptionForeground: "#9d9d9d",
  "charts-blue": "#59a4f9",
  "charts-green": "#89d185",
  focusBorder: "#0078d4",
  "panel-border": "#2b2b2b",
  "sideBar-background": "#181818",
  "input-background": "#313131",
  "dropdown-background": "#313131",
  "button-secondaryBackground": "#313131",
  "button-secondaryForeground": "#cccccc",
  "badge-background": "#616161",
  "badge-foreground": "#f8f8f8",
  "list-hoverBackground": "#2a2d2e",
  "textLink-foreground": "#4daafc",
  "editorHoverWidget-background": "#202020",
  "editorHoverWidget-border": "#454545",
};

let browser: Browser;
let server: Server;

before(async () => {
  browser = await launch();
  server = createServer(async (request, response) => {
    const [, folder, name] = (request.url ?? "").split("/");
    if (name === undefined) {
      const origin = `http://${request.headers.host}`;
      response.setHeader("Content-Type", "text/html");
      response.end(html({ origin, script: "/out/graph.js", style: "/media/graph.css", nonce: "n0nce" }));
      return;
    }
    response.setHeader("Content-Type", name.endsWith(".css") ? "text/css" : "text/javascript");
    response.end(await readFile(path.join(EXTENSION, folder!, name)).catch(() => ""));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** Opens the page with a graph; `told` collects what the page tells the editor. */
async function open(graph: Graph): Promise<{ page: Page; told: ToEditor[]; faults: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  const told: ToEditor[] = [];
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    // The browser asks for an icon by itself.
    if (message.type() === "error" && !message.text().includes("favicon")) {
      faults.push(message.text());
    }
  });
  await page.exposeFunction("tellEditor", (message: ToEditor) => told.push(message));
  await page.addInitScript((colours) => {
    const whole = globalThis as Record<string, unknown>;
    whole["acquireVsCodeApi"] = () => ({
      postMessage: whole["tellEditor"],
      getState: () => undefined,
      setState: () => undefined,
    });
    addEventListener("DOMContentLoaded", () => {
      for (const [name, colour] of Object.entries(colours)) {
        document.documentElement.style.setProperty(`--vscode-${name}`, colour);
      }
    });
  }, DARK);
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await send(page, { type: "follow", follow: true });
  await send(page, { type: "graph", graph, project: "test" });
  return { page, told, faults };
}

async function send(page: Page, message: ToPage): Promise<void> {
  await page.evaluate((data) => dispatchEvent(new MessageEvent("message", { data })), message);
}

/** The longest time between two frames while the map is dragged, and the median, in milliseconds. */
async function framesWhileDragging(page: Page): Promise<{ median: number; longest: number }> {
  await page.evaluate(() => {
    const times: number[] = [];
    (globalThis as Record<string, unknown>)["frameTimes"] = times;
    let last = performance.now();
    const tick = (now: number) => {
      times.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await page.mouse.move(300, 400);
  await page.mouse.down();
  for (let step = 0; step < 40; step += 1) {
    await page.mouse.move(300 + step * 6, 400 + step * 3);
  }
  await page.mouse.up();
  const times = await page.evaluate(() => (globalThis as Record<string, unknown>)["frameTimes"] as number[]);
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1]!, longest: times.at(-1)! };
}

test("a thousand modules are drawn at once and moved smoothly", async (t) => {
  const graph = condense(manyModules(1_000));
  const { page, faults } = await open(graph);
  const took = await page.evaluate(() => performance.now());
  await page.locator("#summary").filter({ hasText: "1000 modules" }).waitFor();
  await page.screenshot({ path: picture("graph-1000-modules") });
  const frames = await framesWhileDragging(page);
  t.diagnostic(`shown after ${took.toFixed(0)} ms; frames ${frames.median.toFixed(0)} ms, longest ${frames.longest.toFixed(0)} ms`);
  assert.ok(frames.median < 100, `a frame takes ${frames.median} ms`);
  await send(page, { type: "active", path: graph.modules[500]!.path });
  await page.waitForTimeout(400);
  await page.screenshot({ path: picture("graph-1000-modules-selected") });
  assert.equal(await page.locator("body").getAttribute("data-selected"), graph.modules[500]!.path);
  assert.deepEqual(faults, []);
  await page.close();
});

test("a module is found by parts of its name, and a click on an import opens it", async () => {
  const { page, told, faults } = await open(condense(small()));
  await page.locator("#search").fill("shop ord");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("body").getAttribute("data-selected"), "shop/orders.py");
  assert.equal(await page.locator("aside h2").textContent(), "orders");
  await page.locator("aside .import", { hasText: "shop.prices" }).first().click();
  assert.deepEqual(told.at(-1), { type: "open", path: "shop/orders.py", line: 3 });
  // At small sizes the areas of two links can overlap.
  await page.mouse.move(400, 400);
  await page.mouse.wheel(0, -400);
  await page.locator("g.link[data-from='shop/prices.py'] .hit").dispatchEvent("click");
  assert.deepEqual(told.at(-1), { type: "open", path: "shop/prices.py", line: 1 });
  await page.locator("g.link[data-from='shop/prices.py'] .hit").dispatchEvent("pointermove");
  assert.match((await page.locator("#tip").textContent()) ?? "", /shop\.prices imports shop\.orders in line 1/);
  await page.screenshot({ path: picture("graph-small") });
  assert.deepEqual(faults, []);
  await page.close();
});

test("filters leave what they say", async () => {
  const { page } = await open(condense(small()));
  const shown = () => page.locator("body").getAttribute("data-shown");
  assert.equal(await shown(), "5");
  await page.locator("#package").selectOption("shop");
  assert.equal(await shown(), "4");
  await page.locator("#package").selectOption("");
  await page.locator("#cycles-only").check();
  assert.equal(await shown(), "2");
  assert.equal(await page.locator("g.link.cycle").count(), 2);
  await page.locator("#cycles-only").uncheck();
  assert.match((await page.locator("#summary").textContent()) ?? "", /5 modules, 4 imports/);
  await page.locator("#later").uncheck();
  assert.match((await page.locator("#summary").textContent()) ?? "", /5 modules, 3 imports/);
  // What is selected elsewhere takes the filter away that hides it.
  await page.locator("#package").selectOption("shop");
  await send(page, { type: "active", path: "main.py" });
  assert.equal(await shown(), "5");
  await page.close();
});

test("a file outside of the graph keeps the selection, and following can be switched off", async () => {
  const { page, told } = await open(condense(small()));
  await send(page, { type: "active", path: "shop/orders.py" });
  await send(page, { type: "active", path: null });
  await send(page, { type: "active", path: "other.py" });
  assert.equal(await page.locator("body").getAttribute("data-selected"), "shop/orders.py");
  await page.locator("#follow").uncheck();
  assert.deepEqual(told.at(-1), { type: "follow", follow: false });
  await send(page, { type: "active", path: "main.py" });
  assert.equal(await page.locator("body").getAttribute("data-selected"), "shop/orders.py");
  await page.close();
});

test("a failure is told, and names from files are never taken for markup", async () => {
  const graph = condense({
    nodes: [{ path: "<img src=x onerror=alert(1)>.py", module: "<b>bold</b>" }],
    edges: [],
  });
  const { page, faults } = await open(graph);
  await send(page, { type: "active", path: "<img src=x onerror=alert(1)>.py" });
  assert.equal(await page.locator("aside h2").textContent(), "<b>bold</b>");
  await send(page, { type: "failed", reason: "the server does not run" });
  assert.match((await page.locator("#notice").textContent()) ?? "", /the server does not run/);
  assert.deepEqual(faults, []);
  await page.close();
});

/** A shop of five modules with one cycle. */
function small(): Parameters<typeof condense>[0] {
  const node = (module: string, cycle?: number) => ({
    path: `${module.replaceAll(".", "/")}.py`,
    module,
    ...(cycle === undefined ? {} : { cycle }),
  });
  const edge = (from: string, to: string, line: number, kind = "eager") => ({
    from: node(from).path,
    to: node(to).path,
    kind,
    line,
    implicit: false,
  });
  return {
    nodes: [node("main"), node("shop.orders", 0), node("shop.prices", 0), node("shop.log"), node("shop.mail")],
    edges: [
      edge("main", "shop.orders", 1),
      edge("shop.orders", "shop.prices", 9, "deferred"),
      edge("shop.orders", "shop.prices", 3),
      edge("shop.prices", "shop.orders", 1),
      edge("shop.orders", "shop.mail", 12, "deferred"),
    ],
  };
}
