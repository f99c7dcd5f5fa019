// Finds the `analyzer` program: setting, the workspace's environment, bundled, PATH. It must not know the editor, nor
// touch files itself, so that each step can be tested by itself.
import * as path from "node:path";

/** Where a program was looked for. */
export type Origin = "setting" | "environment" | "bundled" | "path";

/** What origins are called in messages. */
export const ORIGINS: Record<Origin, string> = {
  setting: "the setting analyzer.path",
  environment: "the workspace's environment",
  bundled: "the extension",
  path: "PATH",
};

/** A file that may be the program. */
export interface Candidate {
  readonly path: string;
  readonly origin: Origin;
}

/** Everything that decides where to look. */
export interface Surroundings {
  /** As `process.platform`. */
  readonly platform: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly extensionFolder: string;
  readonly workspaceFolders: readonly string[];
  /** Interpreters that other extensions have selected for the workspace. */
  readonly interpreters: readonly string[];
  /** Whether programs that the workspace brings may run. */
  readonly trusted: boolean;
  /** The value of `analyzer.path`; empty if it is not set. */
  readonly setting: string;
}

/** Folders of virtual environments, as tools and people name them. */
const ENVIRONMENTS = [".venv", "venv", "env", ".env"];

/** Where to look, in order. With a setting, it is the only candidate: a typing error must not start another program. */
export function candidates(where: Surroundings): Candidate[] {
  const { join, dirname, isAbsolute } = where.platform === "win32" ? path.win32 : path.posix;
  const windows = where.platform === "win32";
  const name = windows ? "analyzer.exe" : "analyzer";
  const programs = windows ? "Scripts" : "bin";
  if (where.setting.trim() !== "") {
    return [{ path: expand(where.setting.trim(), where), origin: "setting" }];
  }
  const found: Candidate[] = [];
  const add = (file: string, origin: Origin) => {
    if (!found.some((known) => known.path === file)) {
      found.push({ path: file, origin });
    }
  };
  if (where.trusted) {
    for (const interpreter of where.interpreters) {
      if (isAbsolute(interpreter)) {
        add(join(dirname(interpreter), name), "environment");
        // Conda keeps python.exe beside the folder of programs.
        if (windows) {
          add(join(dirname(interpreter), programs, name), "environment");
        }
      }
    }
    for (const folder of where.workspaceFolders) {
      for (const environment of ENVIRONMENTS) {
        add(join(folder, environment, programs, name), "environment");
      }
    }
    for (const variable of ["VIRTUAL_ENV", "CONDA_PREFIX"]) {
      const environment = where.variables[variable];
      if (environment !== undefined && isAbsolute(environment)) {
        add(join(environment, programs, name), "environment");
      }
    }
  }
  add(join(where.extensionFolder, "bundled", name), "bundled");
  const list = where.variables["PATH"] ?? where.variables["Path"] ?? "";
  for (const folder of list.split(windows ? ";" : ":")) {
    // A relative entry, or one inside the workspace, would let a repository bring the program.
    const inside = where.workspaceFolders.some((root) => isInside(folder, root, where.platform));
    if (isAbsolute(folder) && (where.trusted || !inside)) {
      add(join(folder, name), "path");
    }
  }
  return found;
}

/** Replaces `~`, `${workspaceFolder}`, `${userHome}` and `${env:NAME}`; a relative path starts at the first folder. */
export function expand(setting: string, where: Surroundings): string {
  const { join, isAbsolute } = where.platform === "win32" ? path.win32 : path.posix;
  const folder = where.workspaceFolders[0] ?? "";
  const replaced = setting
    .replace(/^~(?=$|[\\/])/, () => where.home)
    .replace(/\$\{(workspaceFolder|userHome|env:([^}]+))\}/g, (_, kind: string, variable?: string) => {
      if (variable !== undefined) {
        return where.variables[variable] ?? "";
      }
      return kind === "userHome" ? where.home : folder;
    });
  return isAbsolute(replaced) || folder === "" ? replaced : join(folder, replaced);
}

function isInside(file: string, folder: string, platform: string): boolean {
  const { relative, isAbsolute } = platform === "win32" ? path.win32 : path.posix;
  const way = relative(folder, file);
  return way === "" || (!way.startsWith("..") && !isAbsolute(way));
}

/** What came of asking a file for its version. */
export type Answer =
  | { readonly kind: "missing" }
  | { readonly kind: "version"; readonly version: string }
  | { readonly kind: "failed"; readonly reason: string };

/** The program to run. */
export interface Found extends Candidate {
  readonly version: string;
}

/** None of the candidates is the program; `reasons` has a line for each that exists. */
export interface NotFound {
  readonly reasons: readonly string[];
}

/** Takes the first candidate that answers as the analyser does. */
export async function find(
  list: readonly Candidate[],
  ask: (file: string) => Promise<Answer>,
): Promise<Found | NotFound> {
  const reasons: string[] = [];
  for (const candidate of list) {
    const answer = await ask(candidate.path);
    switch (answer.kind) {
      case "version":
        return { ...candidate, version: answer.version };
      case "failed":
        reasons.push(`${candidate.path} (from ${ORIGINS[candidate.origin]}): ${answer.reason}`);
        break;
      case "missing":
        if (candidate.origin === "setting") {
          reasons.push(`${candidate.path} (from ${ORIGINS.setting}): there is no such file`);
        }
    }
  }
  return { reasons };
}

/** Reads what `analyzer --version` prints; another program of that name prints something else. */
export function versionIn(output: string): string | undefined {
  return /^analyzer (\d+\.\d+\.\d+\S*)\s*$/.exec(output)?.[1];
}
