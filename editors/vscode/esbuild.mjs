// Bundles the extension and the page of its import graph into out/. It must not know how the .vsix is put together.
import { build } from "esbuild";

const common = {
  bundle: true,
  minify: true,
  sourcemap: "linked",
  sourcesContent: false,
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
};

/** Builds both bundles; returns the paths of everything that went into them. */
export async function bundle() {
  const [extension, page] = await Promise.all([
    build({
      ...common,
      entryPoints: ["src/extension.ts"],
      outfile: "out/extension.cjs",
      platform: "node",
      format: "cjs",
      target: "node20",
      external: ["vscode"],
    }),
    build({
      ...common,
      entryPoints: ["src/webview/main.ts"],
      outfile: "out/graph.js",
      platform: "browser",
      format: "iife",
      target: "chrome120",
    }),
  ]);
  return [...Object.keys(extension.metafile.inputs), ...Object.keys(page.metafile.inputs)];
}

if (import.meta.main) {
  await bundle();
}
