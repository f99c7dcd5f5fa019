// What package.json promises, and what the packages that are used allow.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";

const FOLDER = path.resolve(import.meta.dirname, "../..");
const read = (name: string) => readFileSync(path.join(FOLDER, name), "utf8");
const manifest = JSON.parse(read("package.json"));
const sources = readdirSync(path.join(FOLDER, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => read(path.join("src", name)))
  .join("\n");

/** Licences that let anyone ship the package with the extension. */
const SHIPPED = ["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause"];
/** Tools are only run: some more do. */
const RUN = [...SHIPPED, "0BSD", "BlueOak-1.0.0", "Artistic-2.0"];
/** vsce brings it to sign packages for the marketplace; no script here does that, and nothing of it is shipped. */
const UNUSED = /^node_modules\/@vscode\/vsce-sign(-|$)/;

test("every command that is offered is made, and every one that is made is offered", () => {
  const offered = manifest.contributes.commands.map(({ command }: { command: string }) => command);
  const made = [...sources.matchAll(/command\("(analyzer\.\w+)"/g)].map(([, name]) => name);
  assert.deepEqual(made.toSorted(), offered.toSorted());
});

test("every setting is described and read", () => {
  const { properties } = manifest.contributes.configuration;
  for (const [name, setting] of Object.entries<Record<string, unknown>>(properties)) {
    const text = setting["description"] ?? setting["markdownDescription"];
    assert.ok(typeof text === "string" && text.length > 20, name);
    assert.equal((setting["enum"] as [] | undefined)?.length, (setting["enumDescriptions"] as [] | undefined)?.length);
    // The client's library reads the trace setting by itself.
    if (name !== "analyzer.trace.server") {
      assert.ok(sources.includes(`"${name.replace("analyzer.", "")}"`), `${name} is never read`);
    }
  }
});

test("a workspace without trust cannot name the program", () => {
  const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  assert.equal(supported, "limited");
  assert.deepEqual(restrictedConfigurations, ["analyzer.path"]);
  assert.equal(manifest.capabilities.virtualWorkspaces.supported, false);
});

test("all packages allow what is done with them", () => {
  const { packages } = JSON.parse(read("package-lock.json"));
  for (const [name, { license, dev }] of Object.entries<{ license?: string; dev?: boolean }>(packages)) {
    if (name !== "" && !UNUSED.test(name)) {
      const allowed = dev === true ? RUN : SHIPPED;
      assert.ok(allowed.includes(license ?? ""), `${name} is licensed ${license}`);
    }
  }
});

test("the lock names versions and hashes, but no host", () => {
  assert.doesNotMatch(read("package-lock.json"), /"resolved"/);
});

test("versions are exact, so that a build can be repeated", () => {
  for (const version of Object.values({ ...manifest.dependencies, ...manifest.devDependencies })) {
    assert.match(version as string, /^\d+\.\d+\.\d+$/);
  }
});

test("the README names every setting with its default, and every command that a user can run", () => {
  const readme = read("README.md").replaceAll(/\s+/g, " ");
  for (const [name, { default: value }] of Object.entries<{ default: unknown }>(
    manifest.contributes.configuration.properties,
  )) {
    assert.ok(readme.includes(value === "" ? `| \`${name}\` | |` : `| \`${name}\` | \`${String(value)}\` |`), name);
  }
  const hidden = new Set(
    manifest.contributes.menus.commandPalette
      .filter(({ when }: { when: string }) => when === "false")
      .map(({ command }: { command: string }) => command),
  );
  for (const { command, category, title } of manifest.contributes.commands) {
    assert.ok(hidden.has(command) || readme.includes(`${category}: ${title}`), title);
  }
});
