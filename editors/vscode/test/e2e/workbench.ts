// A VS Code in a browser with the extension in it, and what a user does there. It must not know what is tested.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import type { Browser, Frame, Locator, Page } from "playwright-core";
import { EXTENSION, launch, picture, REPOSITORY } from "./browser.ts";

const FOLDER = path.join(REPOSITORY, "target", "vscode");
const TOOLS = path.join(process.env["ANALYZER_TEST_TOOLS"] ?? path.join(REPOSITORY, ".tools"), "vscode");
const CODE_SERVER = path.join(TOOLS, "code-server/node_modules/code-server/out/node/entry.js");
/** The program under test. */
export const ANALYZER = process.env["ANALYZER"] ?? path.join(REPOSITORY, "target/debug/analyzer");

/** The settings that README.md shows. */
const SHOWN = [...readFileSync(path.join(EXTENSION, "README.md"), "utf8").matchAll(/^```json\n(.*?)^```$/gms)];

const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.activityBar.location": "default",
  "window.commandCenter": false,
  "analyzer.trace.server": "messages",
  "chat.disableAIFeatures": true,
  "editor.minimap.enabled": false,
  // What tests insert is whole: nothing may be closed for them, which on a busy machine is done late.
  "editor.autoClosingBrackets": "never",
  "editor.autoClosingQuotes": "never",
  "extensions.autoCheckUpdates": false,
  "files.autoSave": "off",
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
  ...JSON.parse(`{${SHOWN.map(([, text]) => text).join(",")}}`),
};

/** How long something may take that happens in the end, in milliseconds: machines that test are slow and shared. */
const PATIENCE = 90_000;
/** How long a list is looked at before it is opened anew, in milliseconds. */
const ATTEMPT = 5_000;
/** Where the workspace's own settings lie. */
const SETTINGS_FILE = ".vscode/settings.json";

/** The window. */
export class Workbench {
  readonly page: Page;
  /** The copy of fixtures/monorepo that is open in it. */
  readonly workspace: string;
  readonly #browser: Browser;
  readonly #server: ChildProcess;

  /** Packs and installs the extension, and opens a copy of fixtures/monorepo whose environment has the program. */
  static async open(): Promise<Workbench> {
    const [workspace, data, extensions] = ["workspace", "data", "extensions"].map((name) => path.join(FOLDER, name));
    for (const folder of [workspace!, data!, extensions!]) {
      rmSync(folder, { recursive: true, force: true });
    }
    cpSync(path.join(REPOSITORY, "fixtures/monorepo"), workspace!, { recursive: true });
    mkdirSync(path.join(workspace!, ".venv/bin"), { recursive: true });
    symlinkSync(ANALYZER, path.join(workspace!, ".venv/bin/analyzer"));
    mkdirSync(path.join(workspace!, path.dirname(SETTINGS_FILE)), { recursive: true });
    writeFileSync(path.join(workspace!, SETTINGS_FILE), "{}");
    mkdirSync(path.join(data!, "User"), { recursive: true });
    writeFileSync(path.join(data!, "User/settings.json"), JSON.stringify(SETTINGS));

    const vsix = path.join(FOLDER, "analyzer.vsix");
    run([path.join(EXTENSION, "scripts/package.mjs"), "--out", vsix]);
    // Its own configuration too: without one, it writes into the home folder.
    const configuration = path.join(data!, "config.yaml");
    writeFileSync(configuration, "auth: none\n");
    const options = ["--config", configuration, "--user-data-dir", data!, "--extensions-dir", extensions!];
    run([CODE_SERVER, ...options, "--install-extension", vsix]);
    const quiet = ["--disable-telemetry", "--disable-update-check", "--bind-addr", "127.0.0.1:0"];
    const server = spawn(process.execPath, [CODE_SERVER, ...quiet, ...options, workspace!], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let browser: Browser | undefined;
    try {
      const address = await addressOf(server);
      browser = await launch();
      const page = await browser.newPage({ viewport: { width: 1360, height: 860 } });
      page.setDefaultTimeout(PATIENCE);
      // Nothing may leave the machine: the tests must not depend on what others serve.
      await page.route(
        (url) => url.hostname !== "127.0.0.1",
        (route) => route.abort(),
      );
      await page.goto(`${address}/?folder=${workspace}`);
      await page.locator(".monaco-workbench .statusbar").waitFor();
      return new Workbench(page, workspace!, browser, server);
    } catch (error) {
      // A server that is left behind would keep the tests from ending.
      server.kill();
      await browser?.close();
      throw error;
    }
  }

  private constructor(page: Page, workspace: string, browser: Browser, server: ChildProcess) {
    this.page = page;
    this.workspace = workspace;
    this.#browser = browser;
    this.#server = server;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.kill();
  }

  /** Keeps a picture of the window. */
  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: picture(name) });
  }

  /** The status bar's item of the extension. */
  get status(): Locator {
    return this.page.locator(".statusbar-item [aria-label^='Analyzer:']");
  }

  /** Runs a command by its title. */
  async command(title: string): Promise<void> {
    await this.#pick("F1", `>${title}`, title);
  }

  /** Opens a file, with the cursor in a line. */
  async file(name: string, line = 1): Promise<void> {
    await this.#pick("Control+P", `${name}:${line}`, path.basename(name));
    await this.tab(path.basename(name)).waitFor();
    await this.cursor(line);
  }

  /** Waits until the cursor is in a line of the active editor. */
  async cursor(line: number): Promise<void> {
    await this.page.locator(".statusbar-item", { hasText: `Ln ${line},` }).waitFor();
  }

  /** Opens the list that a key opens, and takes the row that is in focus once this is typed. */
  async #pick(key: string, typed: string, row: string): Promise<void> {
    const widget = this.page.locator(".quick-input-widget");
    // Rows of what was used before stand there first; only the one in focus is taken.
    const wanted = widget.locator(".monaco-list-row.focused", { hasText: row }).first();
    for (let patience = 10; ; patience -= 1) {
      await this.page.keyboard.press(key);
      try {
        await widget.locator("input[type='text']").fill(typed, { timeout: ATTEMPT });
        await wanted.waitFor({ timeout: ATTEMPT });
        break;
      } catch (error) {
        if (patience === 0) {
          throw error;
        }
        // A window that still starts lists what it knows so far, and adds nothing to a list that is open.
        await this.page.keyboard.press("Escape");
        await widget.waitFor({ state: "hidden" });
      }
    }
    await this.page.keyboard.press("Enter");
    await widget.waitFor({ state: "hidden" });
  }

  /** Changes a setting of the workspace, in the editor. */
  async setting(name: string, value: unknown): Promise<void> {
    await this.file(SETTINGS_FILE);
    // What is inserted comes by another way than keys do, and may pass them or be passed by them.
    await this.page.keyboard.press("Control+A");
    await this.page.locator(".statusbar-item", { hasText: / selected\)/ }).waitFor();
    await this.page.keyboard.insertText(JSON.stringify({ [name]: value }));
    await this.line(JSON.stringify(value)).first().waitFor();
    await this.page.locator(".tab.active.dirty").waitFor();
    await this.page.keyboard.press("Control+S");
    await this.page.locator(".tab.active:not(.dirty)").waitFor();
  }

  /** What the status bar's item says once that is as it should be. */
  async statusOnce(holds: (label: string) => boolean | Promise<boolean>): Promise<string> {
    let label: string | null = null;
    for (const end = Date.now() + PATIENCE; Date.now() < end; await this.page.waitForTimeout(100)) {
      label = await this.status.getAttribute("aria-label");
      if (label !== null && (await holds(label))) {
        return label;
      }
    }
    throw new Error(`the status bar still says: ${label}`);
  }

  /** The active tab with this name. */
  tab(name: string): Locator {
    return this.page.locator(".tab.active", { hasText: name });
  }

  /** The lines of the visible editor whose text has this in it. */
  line(text: string): Locator {
    return this.page.locator(".editor-instance .view-line", { hasText: text });
  }

  /** The page of the import graph. */
  async graph(): Promise<Frame> {
    for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
      for (const frame of this.page.frames()) {
        if ((await frame.locator("#summary").count().catch(() => 0)) > 0) {
          return frame;
        }
      }
      await this.page.waitForTimeout(100);
    }
    throw new Error("the import graph does not open");
  }
}

function run(command: string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  if (status !== 0) {
    throw new Error(`${command.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  }
}

/** Waits for the line in which the server names its address. */
async function addressOf(server: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: server.stdout! })) {
    const address = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (address !== undefined) {
      server.stdout!.resume();
      return address;
    }
  }
  throw new Error("VS Code's server ended before it listened");
}
