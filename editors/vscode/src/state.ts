// The state of the server as the status bar tells it. It must not know the editor.
import type { Counts } from "./counts.ts";

/** What the server is doing. */
export type State =
  | { readonly kind: "starting" }
  | { readonly kind: "indexing"; readonly message: string; readonly percentage?: number }
  | { readonly kind: "ready" }
  | { readonly kind: "stopped" }
  /** Only the workspace could bring the program, and it is not trusted. */
  | { readonly kind: "restricted" }
  | { readonly kind: "failed"; readonly reason: string };

/** What the status bar shows. */
export interface Presentation {
  /** With `$(icon)`s. */
  readonly text: string;
  readonly summary: string;
  readonly background: "error" | "warning" | "none";
}

/** Says the state in few signs, and in one sentence. */
export function present(state: State, counts: Counts, files: number): Presentation {
  switch (state.kind) {
    case "starting":
      return { text: "$(loading~spin) Analyzer", summary: "The server starts.", background: "none" };
    case "indexing": {
      const percentage = state.percentage === undefined ? "" : ` ${Math.round(state.percentage)}%`;
      const summary = state.message === "" ? "The repository is read." : state.message;
      return { text: `$(loading~spin) Analyzer${percentage}`, summary, background: "none" };
    }
    case "stopped":
      return { text: "$(circle-slash) Analyzer", summary: "The server does not run.", background: "none" };
    case "restricted": {
      const summary = "The workspace is not trusted, and no analyzer is installed outside of it.";
      return { text: "$(shield) Analyzer", summary, background: "warning" };
    }
    case "failed":
      return { text: "$(error) Analyzer", summary: state.reason, background: "error" };
    case "ready":
      return { text: figures(counts), summary: sentence(counts, files), background: "none" };
  }
}

function figures({ errors, warnings, notes }: Counts): string {
  const parts = [
    errors > 0 ? `$(error) ${errors}` : "",
    warnings > 0 ? `$(warning) ${warnings}` : "",
    notes > 0 ? `$(info) ${notes}` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "$(check) Analyzer" : ["Analyzer", ...parts].join(" ");
}

function sentence({ errors, warnings, notes }: Counts, files: number): string {
  if (errors + warnings + notes === 0) {
    return "No findings.";
  }
  const parts = [amount(errors, "error"), amount(warnings, "warning"), amount(notes, "note")];
  return `${parts.filter((part) => part !== "").join(", ")} in ${amount(files, "file")}.`;
}

function amount(number: number, noun: string): string {
  return number === 0 ? "" : `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
