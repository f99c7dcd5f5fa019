// The status bar's item: the server's state, the number of findings, and the menu behind it.
// It must not know how the server is run.
import * as vscode from "vscode";
import { ORIGINS } from "./binary.ts";
import { count, type Severity, Tally } from "./counts.ts";
import type { Service } from "./service.ts";
import { present } from "./state.ts";

/** What the server's diagnostics name as their source. */
const SOURCE = "analyzer";

/** The item. */
export class Status implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #service: Service;
  readonly #tally = new Tally();
  readonly #disposables: vscode.Disposable[];

  constructor(service: Service) {
    this.#service = service;
    this.#item = vscode.window.createStatusBarItem("analyzer.status", vscode.StatusBarAlignment.Right, 90);
    this.#item.name = "Analyzer";
    this.#item.command = "analyzer.showMenu";
    this.#disposables = [
      this.#item,
      service.onDidChangeState(() => this.#show()),
      vscode.languages.onDidChangeDiagnostics((change) => this.#count(change.uris)),
      vscode.window.onDidChangeActiveTextEditor(() => this.#show()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("analyzer.statusBar")) {
          this.#show();
        }
      }),
    ];
    this.#show();
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }

  #count(files: readonly vscode.Uri[]): void {
    let changed = false;
    for (const file of files) {
      const own = vscode.languages.getDiagnostics(file).filter((diagnostic) => diagnostic.source === SOURCE);
      const counts = count(own.map((diagnostic) => diagnostic.severity as Severity));
      changed = this.#tally.set(file.toString(), counts) || changed;
    }
    if (changed) {
      this.#show();
    }
  }

  #show(): void {
    const { text, summary, background } = present(this.#service.state, this.#tally.sum, this.#tally.files);
    this.#item.text = text;
    this.#item.accessibilityInformation = { label: `Analyzer: ${summary}`, role: "button" };
    this.#item.backgroundColor =
      background === "none" ? undefined : new vscode.ThemeColor(`statusBarItem.${background}Background`);
    this.#item.tooltip = this.#tooltip(summary);
    if (this.#wanted()) {
      this.#item.show();
    } else {
      this.#item.hide();
    }
  }

  #wanted(): boolean {
    switch (vscode.workspace.getConfiguration("analyzer").get<string>("statusBar", "always")) {
      case "never":
        return false;
      case "onPython": {
        const python = vscode.window.activeTextEditor?.document.languageId === "python";
        return python || this.#service.state.kind !== "ready";
      }
      default:
        return true;
    }
  }

  #tooltip(summary: string): vscode.MarkdownString {
    const tooltip = new vscode.MarkdownString(undefined, true);
    tooltip.appendMarkdown("**Analyzer**  \n").appendText(summary);
    const { program } = this.#service;
    if (program !== undefined) {
      tooltip.appendMarkdown("\n\n").appendText(`Version ${program.version}, from ${ORIGINS[program.origin]}`);
    }
    if (!vscode.workspace.isTrusted) {
      tooltip.appendMarkdown("\n\n$(shield) ").appendText("Restricted Mode: no program of the workspace is run.");
    }
    return tooltip;
  }
}

/** The menu behind the item. */
export async function showMenu(service: Service): Promise<void> {
  const { program } = service;
  const entry = (icon: string, label: string, command: string, ...rest: unknown[]) => ({
    label: `$(${icon}) ${label}`,
    command,
    rest,
  });
  const trust = entry("shield", "Manage workspace trust", "workbench.trust.manage");
  const chosen = await vscode.window.showQuickPick(
    [
      ...(service.state.kind === "restricted" ? [trust] : []),
      entry("type-hierarchy", "Show import graph", "analyzer.showGraph"),
      entry("warning", "Show problems", "workbench.actions.view.problems"),
      entry("wand", "Fix all safe problems in this file", "analyzer.fixAll"),
      entry("debug-restart", "Restart server", "analyzer.restart"),
      entry("output", "Show log", "analyzer.showLog"),
      entry("gear", "Settings", "workbench.action.openSettings", "analyzer."),
    ],
    { title: "Analyzer", placeHolder: program === undefined ? "The program was not found" : program.path },
  );
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command, ...chosen.rest);
  }
}
