// A made-up graph of any size, the same each time. It must not know what it is used for.
import type { ServerGraph } from "../src/graph/data.ts";

/** `size` modules in packages of about twenty, eight imports each, and some cycles. */
export function manyModules(size: number): Pick<ServerGraph, "nodes" | "edges"> {
  let seed = 7;
  const random = (limit: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % limit;
  };
  const names = Array.from({ length: size }, (_, at) => {
    const group = Math.floor(at / 20);
    return `${["shop", "billing", "stock", "common"][group % 4]}.part_${group}.module_${at}`;
  });
  const path = (at: number) => `${names[at]!.replaceAll(".", "/")}.py`;
  const edges = [];
  for (let from = 0; from < size; from += 1) {
    for (let line = 1; line <= 8; line += 1) {
      // Most imports stay in the package.
      const near = Math.floor(from / 20) * 20 + random(20);
      const to = line <= 5 ? near : random(size);
      if (to < from) {
        const kind = line === 4 ? "deferred" : line === 8 ? "typing" : "eager";
        edges.push({ from: path(from), to: path(to), kind, line, implicit: false });
      }
    }
  }
  const nodes = names.map((module, at) => ({
    path: path(at),
    module,
    ...(at % 100 < 4 ? { cycle: Math.floor(at / 100) } : {}),
  }));
  for (let first = 0; first + 3 < size; first += 100) {
    for (let step = 0; step < 4; step += 1) {
      const [from, to] = [path(first + step), path(first + ((step + 1) % 4))];
      edges.push({ from, to, kind: "eager", line: 20 + step, implicit: false });
    }
  }
  return { nodes, edges };
}
