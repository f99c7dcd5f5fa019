// The browser of the end-to-end tests, and the folder for their pictures. It must not know what is tested.
import { existsSync, mkdirSync } from "node:fs";
import * as path from "node:path";
import { type Browser, chromium } from "playwright-core";

export const EXTENSION = path.resolve(import.meta.dirname, "../..");
export const REPOSITORY = path.resolve(EXTENSION, "../..");

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-device-scale-factor=1"];

/** Starts Chromium: the one that $CHROMIUM names, else the first on PATH. */
export async function launch(): Promise<Browser> {
  const folders = (process.env["PATH"] ?? "").split(":");
  const found = folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))).find(existsSync);
  const executablePath = process.env["CHROMIUM"] ?? found;
  if (executablePath === undefined) {
    throw new Error("there is no Chromium: run scripts/install-test-tools, or name one in $CHROMIUM");
  }
  return chromium.launch({ executablePath, args: OPTIONS });
}

/** Where a picture is kept for people to look at. */
export function picture(name: string): string {
  const folder = path.join(REPOSITORY, "target", "vscode", "screenshots");
  mkdirSync(folder, { recursive: true });
  return path.join(folder, `${name}.png`);
}
