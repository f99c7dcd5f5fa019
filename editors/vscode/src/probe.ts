// Asks a program for its version. It must not know where programs are looked for, nor the editor.
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { type Answer, versionIn } from "./binary.ts";

const PATIENCE_IN_MILLISECONDS = 5_000;

/** Runs `file --version`. */
export async function probe(file: string): Promise<Answer> {
  try {
    await access(file, constants.F_OK);
  } catch {
    return { kind: "missing" };
  }
  return new Promise((resolve) => {
    execFile(file, ["--version"], { timeout: PATIENCE_IN_MILLISECONDS, windowsHide: true }, (error, output) => {
      if (error !== null) {
        const reason = error.killed === true ? "does not answer to --version" : oneLine(error.message);
        resolve({ kind: "failed", reason });
        return;
      }
      const version = versionIn(output);
      if (version === undefined) {
        resolve({ kind: "failed", reason: `is another program: it calls itself "${oneLine(output)}"` });
      } else {
        resolve({ kind: "version", version });
      }
    });
  });
}

function oneLine(text: string): string {
  const line = text.trim().split(/\r?\n/, 1)[0] ?? "";
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
