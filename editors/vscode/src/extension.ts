// Ties the parts together when the editor starts the extension. It must not do anything itself.
import * as vscode from "vscode";
import { GraphPanel, type GraphSource, VIEW_TYPE } from "./graph/panel.ts";
import { Service } from "./service.ts";
import { showMenu, Status } from "./status.ts";

let service: Service | undefined;

/** Called by the editor when a Python file is opened, or a window with a graph in it. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Analyzer");
  const trace = vscode.window.createOutputChannel("Analyzer Trace");
  const running = new Service(context, log, trace);
  service = running;
  const changed = new vscode.EventEmitter<void>();
  const graphs: GraphSource = {
    graph: (folder) => running.graph(folder.uri),
    onDidChange: changed.event,
  };
  const command = (name: string, run: (...values: never[]) => unknown) =>
    vscode.commands.registerCommand(name, run);
  context.subscriptions.push(
    log,
    trace,
    running,
    changed,
    new Status(running),
    command("analyzer.restart", () => running.restart()),
    command("analyzer.showLog", () => log.show(true)),
    command("analyzer.showTrace", () => trace.show(true)),
    command("analyzer.showMenu", () => showMenu(running)),
    command("analyzer.fixAll", () => fixAll()),
    command("analyzer.showCycle", (...values: Parameters<Service["showCycle"]>) => running.showCycle(...values)),
    command("analyzer.showGraph", (file?: unknown) => GraphPanel.show(context, graphs, asFile(file))),
    vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: async (panel) => GraphPanel.revive(context, graphs, panel),
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => running.restart()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("analyzer.path")) {
        void running.restart();
      }
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId === "python") {
        changed.fire();
      }
    }),
    vscode.workspace.onDidSaveTextDocument(() => changed.fire()),
    vscode.workspace.onDidCreateFiles(() => changed.fire()),
    vscode.workspace.onDidDeleteFiles(() => changed.fire()),
    vscode.workspace.onDidRenameFiles(() => changed.fire()),
    running.onDidChangeState(({ kind }) => {
      if (kind === "ready") {
        changed.fire();
      }
    }),
  );
  await running.restart();
}

/** Called by the editor at its end. */
export function deactivate(): Promise<void> | undefined {
  return service?.stop();
}

/** The safe fixes of the active file, as `editor.codeActionsOnSave` would apply them. */
async function fixAll(): Promise<void> {
  const fix = { kind: "source.fixAll.analyzer", apply: "first" };
  await vscode.commands.executeCommand("editor.action.sourceAction", fix);
}

/** A command's first argument: the editor's menus give a file, its palette nothing. */
function asFile(value: unknown): vscode.Uri | undefined {
  return value instanceof vscode.Uri ? value : undefined;
}
