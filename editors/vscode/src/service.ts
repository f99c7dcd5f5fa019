// The language server's life: finding the program, starting, restarting, stopping, and what it says of itself.
// It must not know how its state is shown.
import * as vscode from "vscode";
import {
  CloseAction,
  type DocumentSelector,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type Location,
  LSPErrorCodes,
  type Middleware,
  type Position,
  ResponseError,
  State as ClientState,
  type StaticFeature,
} from "vscode-languageclient/node";
import { candidates, find, type Found, ORIGINS } from "./binary.ts";
import { probe } from "./probe.ts";
import type { State } from "./state.ts";
import { surroundings } from "./surroundings.ts";

/** Python, and every kind of file that the server reads as configuration: findings stand in those too. */
const DOCUMENTS: DocumentSelector = [
  { scheme: "file", language: "python" },
  { scheme: "untitled", language: "python" },
  { scheme: "file", pattern: "**/*.{yaml,yml,toml,json,ini,cfg,conf,properties}" },
  { scheme: "file", pattern: "**/{.env,.env.*,*.env,Pipfile}" },
  { scheme: "file", pattern: "**/{Dockerfile,Dockerfile.*,*.dockerfile,Containerfile,Containerfile.*}" },
  { scheme: "file", pattern: "**/{*requirements*,constraints*,requirements/*}.{txt,in}" },
  { scheme: "file", pattern: "**/*.{template,tmpl,example,sample,dist}" },
];

/** So many ends within so many minutes are taken for a defect, and the server is left stopped. */
const ENDS = { number: 5, minutes: 3 };

/** How long a question is asked again that the server cannot answer yet. */
const PATIENCE = { tries: 120, pauseInMilliseconds: 500 };

/** The one server of a window. */
export class Service implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.OutputChannel;
  readonly #trace: vscode.OutputChannel;
  readonly #stateChanged = new vscode.EventEmitter<State>();
  readonly onDidChangeState = this.#stateChanged.event;
  #state: State = { kind: "stopped" };
  #client: LanguageClient | undefined;
  #program: Found | undefined;
  /** Starts and stops follow each other, however fast they are asked for. */
  #queue: Promise<void> = Promise.resolve();
  #ends: number[] = [];

  constructor(context: vscode.ExtensionContext, log: vscode.OutputChannel, trace: vscode.OutputChannel) {
    this.#context = context;
    this.#log = log;
    this.#trace = trace;
  }

  get state(): State {
    return this.#state;
  }

  /** The program that runs, or was tried last. */
  get program(): Found | undefined {
    return this.#program;
  }

  /** Starts the server, or starts it anew. */
  restart(): Promise<void> {
    this.#ends = [];
    return this.#enqueue(async () => {
      await this.#stop();
      await this.#start();
    });
  }

  /** Ends the server. */
  stop(): Promise<void> {
    return this.#enqueue(() => this.#stop());
  }

  /** The import graph of the project that a folder belongs to, once the server has read it. */
  async graph(folder: vscode.Uri): Promise<unknown> {
    const question = { command: "analyzer.importGraph", arguments: [folder.toString()] };
    for (let tries = 1; ; tries += 1) {
      await this.#queue;
      if (this.#client?.state !== ClientState.Running) {
        throw new Error("the server does not run");
      }
      try {
        return await this.#client.sendRequest<unknown>("workspace/executeCommand", question);
      } catch (error) {
        // An edit came between, or the repository is still being read.
        const again = error instanceof ResponseError && error.code === LSPErrorCodes.ContentModified;
        if (!again || tries === PATIENCE.tries) {
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, PATIENCE.pauseInMilliseconds));
      }
    }
  }

  /** Shows the imports of a cycle beside the line that the server told of it in. */
  async showCycle(address: string, position: Position, hops: Location[]): Promise<void> {
    if (this.#client !== undefined) {
      const convert = this.#client.protocol2CodeConverter;
      const locations = hops.map((hop) => convert.asLocation(hop));
      const [file, place] = [convert.asUri(address), convert.asPosition(position)];
      await vscode.commands.executeCommand("editor.action.peekLocations", file, place, locations, "peek");
    }
  }

  dispose(): void {
    void this.stop();
    this.#stateChanged.dispose();
  }

  #enqueue(step: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(step, step);
    return this.#queue;
  }

  async #start(): Promise<void> {
    this.#enter({ kind: "starting" });
    const where = surroundings(this.#context);
    const program = await find(candidates(where), probe);
    if (!("path" in program)) {
      this.#program = undefined;
      if (program.reasons.length > 0) {
        this.#fail("The analyzer program was not found", program.reasons.join("; "));
      } else if (where.trusted) {
        this.#fail("The analyzer program was not found", "it is neither installed nor bundled");
      } else {
        // Nobody has to be told in a window of its own: the editor says already that it is restricted.
        this.#note("no analyzer outside of the workspace, and the workspace is not trusted");
        this.#enter({ kind: "restricted" });
      }
      return;
    }
    this.#program = program;
    this.#note(`analyzer ${program.version}, from ${ORIGINS[program.origin]}: ${program.path}`);
    const run = { command: program.path, args: ["server"] };
    const client = new LanguageClient("analyzer", "Analyzer", run, this.#options());
    client.registerFeature(withoutCommands(this.#context));
    client.onDidChangeState(({ newState }) => {
      if (this.#client === client && newState === ClientState.Running) {
        this.#enter({ kind: "ready" });
      }
    });
    this.#client = client;
    try {
      await client.start();
    } catch (error) {
      this.#client = undefined;
      this.#fail("The server does not start", error instanceof Error ? error.message : String(error));
    }
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) {
      // A server that died, or hangs, must not keep the next one from starting.
      await client.dispose(2_000).catch((error: unknown) => this.#note(`the server did not stop: ${String(error)}`));
    }
    this.#enter({ kind: "stopped" });
  }

  #options(): LanguageClientOptions {
    return {
      documentSelector: DOCUMENTS,
      outputChannel: this.#log,
      traceOutputChannel: this.#trace,
      initializationOptions: settings(),
      synchronize: { configurationSection: "analyzer" },
      diagnosticPullOptions: { onChange: true, onSave: true, onTabs: true },
      markdown: { isTrusted: false, supportHtml: false },
      middleware: this.#middleware(),
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.#closed(),
      },
      initializationFailedHandler: () => false,
    };
  }

  #middleware(): Middleware {
    return {
      handleWorkDoneProgress: (token, progress, next) => {
        if (progress.kind === "end") {
          this.#enter({ kind: "ready" });
        } else {
          const message = progress.message ?? (progress.kind === "begin" ? progress.title : "");
          const { percentage } = progress;
          this.#enter({ kind: "indexing", message, ...(percentage === undefined ? {} : { percentage }) });
        }
        next(token, progress);
      },
      provideCodeLenses: (document, token, next) =>
        vscode.workspace.getConfiguration("analyzer").get("codeLens", true) ? next(document, token) : [],
    };
  }

  #closed(): { action: CloseAction; message?: string; handled?: boolean } {
    const now = Date.now();
    this.#ends = [...this.#ends.filter((end) => now - end < ENDS.minutes * 60_000), now];
    if (this.#ends.length < ENDS.number) {
      this.#note("the server ended by itself and is started again");
      this.#enter({ kind: "starting" });
      return { action: CloseAction.Restart, handled: true };
    }
    this.#fail("The server does not keep running", `it ended ${ENDS.number} times in ${ENDS.minutes} minutes`);
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  #enter(state: State): void {
    this.#state = state;
    this.#stateChanged.fire(state);
  }

  #fail(what: string, why: string): void {
    const reason = `${what}: ${why}.`;
    this.#note(reason);
    this.#enter({ kind: "failed", reason });
    void vscode.window.showErrorMessage(reason, "Show Log", "Settings", "Try Again").then((chosen) => {
      if (chosen === "Show Log") {
        this.#log.show(true);
      } else if (chosen === "Settings") {
        void vscode.commands.executeCommand("workbench.action.openSettings", "analyzer.path");
      } else if (chosen === "Try Again") {
        void this.restart();
      }
    });
  }

  #note(text: string): void {
    this.#log.appendLine(`[${new Date().toISOString()}] ${text}`);
  }
}

/**
 * The server offers its commands to every editor; those that the extension has itself, under the same name, would
 * be registered twice.
 */
function withoutCommands(context: vscode.ExtensionContext): StaticFeature {
  const { commands } = context.extension.packageJSON.contributes as { commands: { command: string }[] };
  const own = new Set(commands.map(({ command }) => command));
  return {
    fillClientCapabilities: () => undefined,
    preInitialize: ({ executeCommandProvider: provider }) => {
      if (provider !== undefined) {
        provider.commands = provider.commands.filter((command) => !own.has(command));
      }
    },
    initialize: () => undefined,
    getState: () => ({ kind: "static" }),
    clear: () => undefined,
  };
}

/** What the server is told when it starts. */
function settings(): object {
  const configuration = vscode.workspace.getConfiguration("analyzer");
  return {
    diagnosticMode: configuration.get("diagnosticMode", "openFiles"),
    // What the server's code lenses may call.
    clientCommands: ["analyzer.showCycle"],
  };
}
