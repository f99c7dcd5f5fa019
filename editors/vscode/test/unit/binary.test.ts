// Where the program is looked for, in which order, and what keeps a repository from bringing one.
import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { type Answer, candidates, expand, find, type Surroundings, versionIn } from "../../src/binary.ts";
import { probe } from "../../src/probe.ts";

const LINUX: Surroundings = {
  platform: "linux",
  variables: { PATH: "/usr/local/bin:/usr/bin" },
  home: "/home/ada",
  extensionFolder: "/ext",
  workspaceFolders: ["/code/shop"],
  interpreters: [],
  trusted: true,
  setting: "",
};

function paths(where: Surroundings): string[] {
  return candidates(where).map((candidate) => candidate.path);
}

test("the order is: the workspace's environment, bundled, PATH", () => {
  const list = candidates({ ...LINUX, interpreters: ["/envs/shop/bin/python"] });
  assert.deepEqual(
    list.map(({ path, origin }) => `${origin} ${path}`),
    [
      "environment /envs/shop/bin/analyzer",
      "environment /code/shop/.venv/bin/analyzer",
      "environment /code/shop/venv/bin/analyzer",
      "environment /code/shop/env/bin/analyzer",
      "environment /code/shop/.env/bin/analyzer",
      "bundled /ext/bundled/analyzer",
      "path /usr/local/bin/analyzer",
      "path /usr/bin/analyzer",
    ],
  );
});

test("a setting is the only candidate", () => {
  assert.deepEqual(candidates({ ...LINUX, setting: " /opt/analyzer " }), [
    { path: "/opt/analyzer", origin: "setting" },
  ]);
});

test("environments that are active in the shell count", () => {
  const list = paths({ ...LINUX, variables: { VIRTUAL_ENV: "/envs/a", CONDA_PREFIX: "/conda/b" } });
  assert.ok(list.includes("/envs/a/bin/analyzer"));
  assert.ok(list.includes("/conda/b/bin/analyzer"));
});

test("a workspace without trust brings no program, neither in an environment nor through PATH", () => {
  const variables = { PATH: ".:bin:/code/shop/bin:/usr/bin", VIRTUAL_ENV: "/code/shop/.venv" };
  const where = { ...LINUX, trusted: false, interpreters: ["/code/shop/.venv/bin/python"], variables };
  assert.deepEqual(paths(where), ["/ext/bundled/analyzer", "/usr/bin/analyzer"]);
});

test("relative entries of PATH are never used", () => {
  assert.deepEqual(paths({ ...LINUX, workspaceFolders: [], variables: { PATH: ".::bin:/usr/bin" } }), [
    "/ext/bundled/analyzer",
    "/usr/bin/analyzer",
  ]);
});

test("each file is tried once", () => {
  const list = paths({ ...LINUX, variables: { VIRTUAL_ENV: "/code/shop/.venv", PATH: "/code/shop/.venv/bin" } });
  assert.equal(list.length, new Set(list).size);
});

test("Windows has its own names", () => {
  const list = paths({
    ...LINUX,
    platform: "win32",
    variables: { Path: "C:\\Tools;D:\\More" },
    extensionFolder: "C:\\ext",
    workspaceFolders: ["C:\\shop"],
    interpreters: ["C:\\conda\\python.exe"],
  });
  assert.deepEqual(list, [
    "C:\\conda\\analyzer.exe",
    "C:\\conda\\Scripts\\analyzer.exe",
    "C:\\shop\\.venv\\Scripts\\analyzer.exe",
    "C:\\shop\\venv\\Scripts\\analyzer.exe",
    "C:\\shop\\env\\Scripts\\analyzer.exe",
    "C:\\shop\\.env\\Scripts\\analyzer.exe",
    "C:\\ext\\bundled\\analyzer.exe",
    "C:\\Tools\\analyzer.exe",
    "D:\\More\\analyzer.exe",
  ]);
});

test("a setting may use variables and start at the workspace or at home", () => {
  const where = { ...LINUX, variables: { TOOLS: "/opt/tools" } };
  assert.equal(expand("${workspaceFolder}/bin/analyzer", where), "/code/shop/bin/analyzer");
  assert.equal(expand("${env:TOOLS}/analyzer", where), "/opt/tools/analyzer");
  assert.equal(expand("${userHome}/a", where), "/home/ada/a");
  assert.equal(expand("~/a", where), "/home/ada/a");
  assert.equal(expand("tools/analyzer", where), "/code/shop/tools/analyzer");
  assert.equal(expand("analyzer~", where), "/code/shop/analyzer~");
});

test("the first that answers is taken, and what was wrong with others is kept", async () => {
  const answers: Record<string, Answer> = {
    "/usr/local/bin/analyzer": { kind: "failed", reason: "is another program" },
    "/usr/bin/analyzer": { kind: "version", version: "0.1.0" },
  };
  const ask = async (file: string): Promise<Answer> => answers[file] ?? { kind: "missing" };
  assert.deepEqual(await find(candidates(LINUX), ask), {
    path: "/usr/bin/analyzer",
    origin: "path",
    version: "0.1.0",
  });
  const only = { ...LINUX, variables: { PATH: "/usr/local/bin" } };
  assert.deepEqual(await find(candidates(only), ask), {
    reasons: ["/usr/local/bin/analyzer (from PATH): is another program"],
  });
});

test("a setting that names no file is told, not passed over", async () => {
  const found = await find(candidates({ ...LINUX, setting: "/nowhere" }), async () => ({ kind: "missing" }));
  assert.deepEqual(found, { reasons: ["/nowhere (from the setting analyzer.path): there is no such file"] });
});

test("versions are told from what other programs print", () => {
  assert.equal(versionIn("analyzer 0.1.0\n"), "0.1.0");
  assert.equal(versionIn("analyzer 1.2.3-rc.1\r\n"), "1.2.3-rc.1");
  assert.equal(versionIn("analyzer (Binutils) 2.40\n"), undefined);
  assert.equal(versionIn("my-analyzer 0.1.0\n"), undefined);
});

test("files are asked for their version", { skip: process.platform === "win32" }, async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "analyzer-"));
  const program = async (name: string, script: string, mode = 0o755) => {
    const file = path.join(folder, name);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, mode);
    return probe(file);
  };
  try {
    assert.deepEqual(await program("good", "echo analyzer 0.1.0"), { kind: "version", version: "0.1.0" });
    assert.deepEqual(await program("other", "echo hello; echo again"), {
      kind: "failed",
      reason: 'is another program: it calls itself "hello"',
    });
    assert.equal((await program("ends", "exit 3")).kind, "failed");
    assert.equal((await program("locked", "true", 0o644)).kind, "failed");
    assert.deepEqual(await probe(path.join(folder, "none")), { kind: "missing" });
  } finally {
    await rm(folder, { recursive: true });
  }
});
