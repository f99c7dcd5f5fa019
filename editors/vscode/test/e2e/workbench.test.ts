// The extension in a real VS Code, on a copy of fixtures/monorepo: what a user sees and does, from the restricted
// window to the graph. The tests follow each other in one window, as a session does.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { ANALYZER, Workbench } from "./workbench.ts";

/** An import cycle of two modules: the finding is in the first, at the import of the second. */
const ANCHOR = { path: "main_pc_code/agents/remote_connector_agent.py", line: 34 };
const OTHER = { path: "main_pc_code/agents/error_bus_service.py", line: 26 };
/** A file that parses, with safe fixes. */
const FIXABLE = "main_pc_code/FORMAINPC/nllb_adapter.py";

interface Finding {
  readonly rule: string;
  readonly path: string;
  readonly range: { readonly start: { readonly line: number } };
  readonly fix: { readonly applicability: string } | null;
}

let window: Workbench;

/** What `analyzer check` says of a file as it lies on disk. */
function check(file: string): Finding[] {
  const options = ["check", "--output-format", "json", "--exit-zero", file];
  const { stdout } = spawnSync(ANALYZER, options, { cwd: window.workspace, encoding: "utf8", maxBuffer: 1 << 26 });
  return (JSON.parse(stdout) as { findings: Finding[] }).findings;
}

function safe(file: string): Finding[] {
  return check(file).filter(({ fix }) => fix?.applicability === "safe");
}

before(async () => {
  window = await Workbench.open();
});

after(async () => {
  await window?.close();
});

/** The step that failed; those after it would only fail slowly. */
let broken: string | undefined;

/** A test that leaves a picture of the window when it fails. */
function step(name: string, body: () => Promise<void>): void {
  test(name, { timeout: 300_000 }, async () => {
    assert.equal(broken, undefined, "an earlier step failed");
    try {
      await body();
    } catch (error) {
      broken = name;
      await window.picture(`failed-${name.replaceAll(/\W+/g, "-").slice(0, 60)}`);
      throw error;
    }
  });
}

step("a restricted window runs no program of the workspace", async () => {
  await window.file(ANCHOR.path, ANCHOR.line);
  await window.page.locator(".statusbar-item [aria-label*='The workspace is not trusted']").waitFor();
  await window.picture("restricted");
});

step("trust starts the server, and squiggles appear", async () => {
  await window.command("Workspaces: Manage Workspace Trust");
  await window.page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ }).first().click();
  await window.page.locator(".workspace-trust-editor", { hasText: "You trust this folder" }).waitFor();
  await window.page.locator(".monaco-modal-editor-block .codicon-close").first().click();
  await window.page.locator(".monaco-modal-editor-block").waitFor({ state: "hidden" });
  await window.page.locator(".squiggly-warning, .squiggly-error").first().waitFor();
});

step("the status bar counts the findings", async () => {
  const findings = check(ANCHOR.path).length;
  await window.statusOnce((label) => {
    const counted = [...label.matchAll(/([\d,]+) (?:error|warning|note)/g)].map(([, number]) => Number(number));
    return label.includes(" in 1 file.") && counted.reduce((sum, number) => sum + number, 0) === findings;
  });
  await window.status.hover();
  await window.page.locator(".monaco-hover", { hasText: "from the workspace's environment" }).waitFor();
});

step("the Problems panel links to the rule, and a cycle leads to its other imports", async () => {
  await window.page.keyboard.press("Control+Shift+M");
  const rows = window.page.locator(".markers-panel .monaco-list-row");
  const row = rows.filter({ hasText: "import cycle" }).first();
  await row.waitFor();
  const rule = row.locator("a", { hasText: "import-cycle" });
  assert.match((await rule.getAttribute("data-href")) ?? (await rule.getAttribute("href")) ?? "", /import-cycle/);
  const closed = row.locator(".monaco-tl-twistie.collapsed");
  if ((await closed.count()) > 0) {
    await closed.click();
  }
  const hop = rows.filter({ hasText: "error_bus_service.py" }).first();
  await hop.waitFor();
  await window.picture("problems");
  await hop.dblclick();
  await window.tab(path.basename(OTHER.path)).waitFor();
  await window.cursor(OTHER.line);
  await window.page.keyboard.press("Control+Shift+M");
  await window.page.keyboard.press("Control+J");
});

step("a hover explains the rule", async () => {
  await window.file(ANCHOR.path, ANCHOR.line);
  await window.page.keyboard.press("Home");
  for (let column = 0; column < 8; column += 1) {
    await window.page.keyboard.press("ArrowRight");
  }
  await window.command("Show or Focus Hover");
  const hover = window.page.locator(".monaco-hover:not(.hidden)", { hasText: "Why it matters" });
  await hover.first().waitFor();
  await window.picture("hover");
  await window.page.keyboard.press("Escape");
});

step("a code lens on the first line shows the cycle's imports", async () => {
  await window.file(ANCHOR.path);
  await window.page.locator(".codelens-decoration a", { hasText: "import cycle" }).click();
  const peek = window.page.locator(".peekview-widget");
  await peek.locator(".reference-file, .monaco-list-row", { hasText: "error_bus_service.py" }).first().waitFor();
  await window.picture("code-lens");
  await window.page.keyboard.press("Escape");
  await peek.waitFor({ state: "hidden" });
});

step("a quick-fix mends one finding", async () => {
  const finding = safe(FIXABLE).find(({ rule }) => rule === "legacy-get-event-loop");
  assert.ok(finding !== undefined);
  await window.file(FIXABLE, finding.range.start.line);
  await window.page.locator(".squiggly-warning, .squiggly-error").first().waitFor();
  await window.page.keyboard.press("End");
  await window.page.keyboard.press("ArrowLeft");
  await window.page.keyboard.press("Control+.");
  const fix = window.page.locator(".action-widget .monaco-list-row", { hasText: "Replace" }).first();
  await fix.waitFor();
  await window.picture("quick-fix");
  await fix.click();
  await window.line("get_running_loop()").first().waitFor();
  await window.page.locator(".tab.active.dirty").waitFor();
});

step("saving applies every safe fix", async () => {
  // By the setting that README.md shows.
  assert.ok(safe(FIXABLE).length > 0);
  await window.page.keyboard.press("Control+S");
  await window.page.locator(".tab.active:not(.dirty)").waitFor();
  assert.deepEqual(safe(FIXABLE), []);
  await window.picture("saved");
});

step("the import graph follows the editor and opens imports", async () => {
  await window.file(ANCHOR.path, ANCHOR.line);
  await window.command("Analyzer: Show Import Graph");
  const graph = await window.graph();
  await graph.locator("#summary", { hasText: "574 modules" }).waitFor();
  await graph.locator(`body[data-selected='${ANCHOR.path}']`).waitFor();
  await window.page.waitForTimeout(400);
  await window.picture("graph");
  // The list shows the cycle on the map, where a click on the link of the other module opens its statement.
  await graph.locator("#cycles summary", { hasText: "remote_connector_agent" }).click();
  await window.page.waitForTimeout(600);
  await window.picture("graph-cycle");
  const link = graph.locator(`g.link.cycle[data-from='${OTHER.path}'] .hit`);
  const position = await link.evaluate((element: SVGPathElement) => {
    const { x, y } = element.getPointAtLength(element.getTotalLength() / 2);
    return { x, y };
  });
  await graph.locator("#canvas").click({ position, force: true });
  await window.tab(path.basename(OTHER.path)).waitFor();
  await window.cursor(OTHER.line);
  await graph.locator(`body[data-selected='${OTHER.path}']`).waitFor();
  // And back through the list.
  await graph.locator("aside .import", { hasText: "remote_connector_agent" }).first().click();
  await window.cursor(OTHER.line);
  await graph.locator("#package").selectOption("main_pc_code.agents");
  await graph.locator("#summary", { hasText: "of 574 modules" }).waitFor();
  await window.picture("graph-of-a-package");
});

step("a change in the editor changes the graph", async () => {
  const graph = await window.graph();
  const cycles = graph.locator("#cycles .number");
  const before = Number(await cycles.textContent());
  await window.file(ANCHOR.path, ANCHOR.line);
  await window.page.keyboard.press("Control+/");
  await graph.locator("#cycles .number", { hasText: new RegExp(`^${before - 1}$`) }).waitFor();
  await window.page.keyboard.press("Control+/");
  await graph.locator("#cycles .number", { hasText: new RegExp(`^${before}$`) }).waitFor();
});

step("findings of configuration are shown as well", async () => {
  await window.file("main_pc_code/requirements.txt");
  const squiggles = window.page.locator(".editor-group-container.active .squiggly-warning");
  await squiggles.first().waitFor();
});

step("the findings of all files are shown while a setting says so", async () => {
  const tabs = window.page.locator(".tab");
  for (const [mode, reached] of [
    ["workspace", (number: number, open: number) => number > open + 100],
    ["openFiles", (number: number, open: number) => number > 0 && number <= open],
  ] as const) {
    await window.setting("analyzer.diagnosticMode", mode);
    await window.statusOnce(async (label) => {
      const files = / in ([\d,]+) files?\./.exec(label)?.[1]?.replaceAll(",", "") ?? 0;
      return reached(Number(files), await tabs.count());
    });
  }
});

step("the trace has the messages", async () => {
  await window.command("Analyzer: Show Protocol Trace");
  await window.page.locator(".view-line", { hasText: "Received" }).first().waitFor();
  await window.picture("trace");
});

step("the server is started anew, and the log says which program", async () => {
  await window.command("Analyzer: Restart Server");
  await window.page.locator(".statusbar-item [aria-label='Analyzer: The server starts.']").waitFor({ state: "hidden" });
  await window.command("Analyzer: Show Log");
  await window.page.locator(".output-view-content", { hasText: "from the workspace's environment" }).or(
    window.page.locator(".view-line", { hasText: "environment" }),
  ).first().waitFor();
  await window.status.click();
  await window.page.locator(".quick-input-list .monaco-list-row", { hasText: "Show import graph" }).waitFor();
  await window.picture("menu");
  await window.page.keyboard.press("Escape");
});
