// Builds the extension and packs it into a .vsix. It must not publish anything.
// usage: node scripts/package.mjs [--out FILE] [--target PLATFORM --program FILE]
// With a platform (such as linux-x64) and the analyser built for it, the package brings the analyser along.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";

const folder = path.resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: { out: { type: "string" }, target: { type: "string" }, program: { type: "string" } },
});
if ((values.target === undefined) !== (values.program === undefined)) {
  throw new Error("--target and --program belong together");
}
const out = values.out === undefined ? undefined : path.resolve(values.out);
const program = values.program === undefined ? undefined : path.resolve(values.program);
process.chdir(folder);

const { bundle } = await import("../esbuild.mjs");
const inputs = await bundle();
writeFileSync("LICENSE.txt", licences(inputs));
rmSync("bundled", { recursive: true, force: true });
if (program !== undefined) {
  const name = values.target.startsWith("win32-") ? "analyzer.exe" : "analyzer";
  mkdirSync("bundled");
  cpSync(program, path.join("bundled", name));
  chmodSync(path.join("bundled", name), 0o755);
}
const options = ["--no-dependencies", ...(out === undefined ? [] : ["--out", out])];
if (values.target !== undefined) {
  options.push("--target", values.target);
}
const vsce = path.join("node_modules", "@vscode", "vsce", "vsce");
const { status } = spawnSync(process.execPath, [vsce, "package", ...options], { stdio: "inherit" });
process.exitCode = status ?? 1;

/** The project's own licences, and those of every package that went into the bundles. */
function licences(files) {
  const own = ["LICENSE-MIT", "LICENSE-APACHE"].map((name) => readFileSync(path.join("../..", name), "utf8").trim());
  const packages = new Set(files.map((file) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]));
  packages.delete(undefined);
  const texts = [...packages].sort().map((home) => {
    const { name, version } = JSON.parse(readFileSync(path.join(home, "package.json"), "utf8"));
    const text = readdirSync(home).find((file) => /^licen[cs]e/i.test(file));
    if (text === undefined || !existsSync(path.join(home, text))) {
      throw new Error(`${name} has no text of its licence`);
    }
    return `${name} ${version}\n\n${readFileSync(path.join(home, text), "utf8").trim()}`;
  });
  const line = `\n\n${"-".repeat(80)}\n\n`;
  const intro = "Licensed under either of the two licences below, at your option. It contains the packages named after them.";
  return `${[intro, ...own, ...texts].join(line)}\n`;
}
