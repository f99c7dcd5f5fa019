// The panel with the import graph: gets the graph from the server, follows the active editor, opens what is clicked.
// It must not know how the page draws.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { condense, parse } from "./data.ts";
import type { ToEditor, ToPage } from "./messages.ts";
import { page } from "./page.ts";

/** Where graphs come from. */
export interface GraphSource {
  /** Asks the server for the graph of a folder's project. */
  graph(folder: vscode.WorkspaceFolder): Promise<unknown>;
  /** Fires when the graph may be another. */
  readonly onDidChange: vscode.Event<void>;
}

export const VIEW_TYPE = "analyzer.graph";
/** Typing should not lay the graph out again with each letter. */
const CALM_IN_MILLISECONDS = 600;

/** The one panel of a window. */
export class GraphPanel implements vscode.Disposable {
  static #current: GraphPanel | undefined;

  /** Shows the panel beside the editors, and selects a module if a file is given. */
  static async show(context: vscode.ExtensionContext, source: GraphSource, file?: vscode.Uri): Promise<void> {
    const folder = folderOf(file ?? vscode.window.activeTextEditor?.document.uri);
    if (folder === undefined) {
      void vscode.window.showInformationMessage("The import graph needs an open folder.");
      return;
    }
    if (GraphPanel.#current === undefined) {
      const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      const panel = vscode.window.createWebviewPanel(VIEW_TYPE, "Import Graph", column);
      GraphPanel.#current = new GraphPanel(context, source, panel, folder);
    } else {
      GraphPanel.#current.#panel.reveal(undefined, true);
      GraphPanel.#current.#enter(folder);
    }
    if (file !== undefined) {
      GraphPanel.#current.#select(file);
    }
  }

  /** Takes over a panel that the editor kept from its last session. */
  static revive(context: vscode.ExtensionContext, source: GraphSource, panel: vscode.WebviewPanel): void {
    const folder = folderOf(undefined);
    if (folder === undefined || GraphPanel.#current !== undefined) {
      panel.dispose();
      return;
    }
    GraphPanel.#current = new GraphPanel(context, source, panel, folder);
  }

  readonly #panel: vscode.WebviewPanel;
  readonly #source: GraphSource;
  readonly #disposables: vscode.Disposable[] = [];
  #folder: vscode.WorkspaceFolder;
  #root: vscode.Uri;
  #ready = false;
  #selected: vscode.Uri | undefined;
  /** What the page was last given, to tell whether an answer says anything new. */
  #shown = "";
  #timer: NodeJS.Timeout | undefined;
  /** The newest question; answers to older ones are dropped. */
  #question = 0;

  private constructor(
    context: vscode.ExtensionContext,
    source: GraphSource,
    panel: vscode.WebviewPanel,
    folder: vscode.WorkspaceFolder,
  ) {
    this.#panel = panel;
    this.#source = source;
    this.#folder = folder;
    this.#root = folder.uri;
    const { webview } = panel;
    const [out, media] = ["out", "media"].map((name) => vscode.Uri.joinPath(context.extensionUri, name));
    webview.options = { enableScripts: true, localResourceRoots: [out!, media!] };
    webview.html = page({
      origin: webview.cspSource,
      script: webview.asWebviewUri(vscode.Uri.joinPath(out!, "graph.js")).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(media!, "graph.css")).toString(),
      nonce: randomBytes(16).toString("hex"),
    });
    this.#disposables.push(
      panel.onDidDispose(() => this.dispose()),
      panel.onDidChangeViewState(() => this.#later()),
      webview.onDidReceiveMessage((message: ToEditor) => this.#receive(message)),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.#follow(editor)),
      source.onDidChange(() => this.#later()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("analyzer.graph")) {
          this.#tell({ type: "follow", follow: follows() });
        }
      }),
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    GraphPanel.#current = undefined;
    for (const disposable of this.#disposables.splice(0)) {
      disposable.dispose();
    }
    this.#panel.dispose();
  }

  #enter(folder: vscode.WorkspaceFolder): void {
    if (folder.uri.toString() !== this.#folder.uri.toString()) {
      this.#folder = folder;
      void this.#load();
    }
  }

  #select(file: vscode.Uri): void {
    this.#selected = file;
    const path = this.#pathOf(file);
    if (this.#ready && path !== null) {
      this.#tell({ type: "select", path });
    }
  }

  #receive(message: ToEditor): void {
    switch (message.type) {
      case "ready":
        this.#ready = true;
        this.#shown = "";
        this.#tell({ type: "follow", follow: follows() });
        void this.#load();
        break;
      case "refresh":
        this.#shown = "";
        void this.#load();
        break;
      case "open":
        void this.#open(message.path, message.line);
        break;
      case "follow":
        void vscode.workspace
          .getConfiguration("analyzer")
          .update("graph.followActiveEditor", message.follow, vscode.ConfigurationTarget.Global);
    }
  }

  #later(): void {
    clearTimeout(this.#timer);
    if (this.#ready && this.#panel.visible) {
      this.#timer = setTimeout(() => void this.#load(), CALM_IN_MILLISECONDS);
    }
  }

  async #load(): Promise<void> {
    const question = ++this.#question;
    const folder = this.#folder;
    if (this.#shown === "") {
      this.#tell({ type: "busy" });
    }
    try {
      const answer = parse(await this.#source.graph(folder));
      const text = JSON.stringify(answer);
      if (question !== this.#question || text === this.#shown) {
        return;
      }
      this.#shown = text;
      this.#root = vscode.Uri.parse(answer.root);
      this.#tell({ type: "graph", graph: condense(answer), project: folder.name });
      if (this.#selected !== undefined) {
        this.#select(this.#selected);
        this.#selected = undefined;
      } else {
        this.#follow(vscode.window.activeTextEditor);
      }
    } catch (error) {
      if (question === this.#question) {
        this.#shown = "";
        this.#tell({ type: "failed", reason: error instanceof Error ? error.message : String(error) });
      }
    }
  }

  #follow(editor: vscode.TextEditor | undefined): void {
    // The panel itself is no text editor: what it followed stays selected.
    if (editor !== undefined && editor.document.uri.scheme === "file") {
      this.#tell({ type: "active", path: this.#pathOf(editor.document.uri) });
    }
  }

  /** A file as the graph names it; null outside the project. */
  #pathOf(file: vscode.Uri): string | null {
    const root = this.#root.path.endsWith("/") ? this.#root.path : `${this.#root.path}/`;
    return file.path.startsWith(root) ? file.path.slice(root.length) : null;
  }

  async #open(path: string, line: number): Promise<void> {
    const file = vscode.Uri.joinPath(this.#root, path);
    const shown = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.path === file.path);
    const other = vscode.window.tabGroups.all.find((group) => group.viewColumn !== this.#panel.viewColumn);
    const column = shown?.viewColumn ?? other?.viewColumn ?? vscode.ViewColumn.Beside;
    try {
      const document = await vscode.workspace.openTextDocument(file);
      const range = document.lineAt(Math.min(Math.max(line, 1), document.lineCount) - 1).range;
      const selection = new vscode.Range(range.start, range.start);
      const editor = await vscode.window.showTextDocument(document, { viewColumn: column, selection });
      editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    } catch {
      void vscode.window.showWarningMessage(`${path} cannot be opened. It may have been moved: refresh the graph.`);
    }
  }

  #tell(message: ToPage): void {
    void this.#panel.webview.postMessage(message);
  }
}

function follows(): boolean {
  return vscode.workspace.getConfiguration("analyzer").get("graph.followActiveEditor", true);
}

function folderOf(file: vscode.Uri | undefined): vscode.WorkspaceFolder | undefined {
  const owner = file === undefined ? undefined : vscode.workspace.getWorkspaceFolder(file);
  return owner ?? vscode.workspace.workspaceFolders?.[0];
}
