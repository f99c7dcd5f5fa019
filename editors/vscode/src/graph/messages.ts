// What the editor and the page of the import graph tell each other. It must not know either.
import type { Graph } from "./data.ts";

/** From the editor to the page. */
export type ToPage =
  | { readonly type: "graph"; readonly graph: Graph; readonly project: string }
  | { readonly type: "busy" }
  | { readonly type: "failed"; readonly reason: string }
  /** The file of the active editor, as the graph names it; null if it is not part of it. */
  | { readonly type: "active"; readonly path: string | null }
  | { readonly type: "select"; readonly path: string }
  | { readonly type: "follow"; readonly follow: boolean };

/** From the page to the editor. */
export type ToEditor =
  | { readonly type: "ready" }
  | { readonly type: "refresh" }
  | { readonly type: "open"; readonly path: string; readonly line: number }
  | { readonly type: "follow"; readonly follow: boolean };
