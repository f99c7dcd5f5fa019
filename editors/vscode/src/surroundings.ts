// What the editor knows of the places where the program may be. It must not know the order in which they are tried.
import * as os from "node:os";
import * as vscode from "vscode";
import type { Surroundings } from "./binary.ts";

/** The part of the Python extension's interface that is used. */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(folder?: vscode.Uri): { readonly path: string } | undefined;
  };
}

/** Gathers them. */
export function surroundings(context: vscode.ExtensionContext): Surroundings {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === "file");
  return {
    platform: process.platform,
    variables: process.env,
    home: os.homedir(),
    extensionFolder: context.extensionPath,
    workspaceFolders: folders.map((folder) => folder.uri.fsPath),
    interpreters: interpreters(folders),
    trusted: vscode.workspace.isTrusted,
    setting: vscode.workspace.getConfiguration("analyzer").get("path", ""),
  };
}

/** Selected in the Python extension, if it runs already: starting it only for this would cost seconds. */
function interpreters(folders: readonly vscode.WorkspaceFolder[]): string[] {
  const python = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  const environments = python?.isActive === true ? python.exports?.environments : undefined;
  const selected = folders.map((folder) => environments?.getActiveEnvironmentPath(folder.uri)?.path);
  return selected.filter((path) => path !== undefined);
}
