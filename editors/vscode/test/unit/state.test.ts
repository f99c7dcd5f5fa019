// What the status bar says, and how findings are counted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { count, NONE, Tally } from "../../src/counts.ts";
import { present } from "../../src/state.ts";

test("each state has its own words", () => {
  const texts = [
    present({ kind: "starting" }, NONE, 0),
    present({ kind: "indexing", message: "3 of 9 files", percentage: 33.3 }, NONE, 0),
    present({ kind: "stopped" }, NONE, 0),
    present({ kind: "restricted" }, NONE, 0),
    present({ kind: "failed", reason: "It was not found." }, NONE, 0),
    present({ kind: "ready" }, NONE, 0),
    present({ kind: "ready" }, { errors: 1, warnings: 1200, notes: 2 }, 3),
    present({ kind: "ready" }, { errors: 0, warnings: 1, notes: 0 }, 1),
  ].map(({ text, summary }) => `${text} | ${summary}`);
  assert.deepEqual(texts, [
    "$(loading~spin) Analyzer | The server starts.",
    "$(loading~spin) Analyzer 33% | 3 of 9 files",
    "$(circle-slash) Analyzer | The server does not run.",
    "$(shield) Analyzer | The workspace is not trusted, and no analyzer is installed outside of it.",
    "$(error) Analyzer | It was not found.",
    "$(check) Analyzer | No findings.",
    "Analyzer $(error) 1 $(warning) 1200 $(info) 2 | 1 error, 1,200 warnings, 2 notes in 3 files.",
    "Analyzer $(warning) 1 | 1 warning in 1 file.",
  ]);
});

test("hints are not counted", () => {
  assert.deepEqual(count([0, 1, 1, 2, 3, 3]), { errors: 1, warnings: 2, notes: 1 });
});

test("the sum follows each file", () => {
  const tally = new Tally();
  assert.equal(tally.set("a", count([0, 1])), true);
  assert.equal(tally.set("b", count([1])), true);
  assert.deepEqual([tally.sum, tally.files], [{ errors: 1, warnings: 2, notes: 0 }, 2]);
  assert.equal(tally.set("a", count([1, 0])), false);
  assert.equal(tally.set("a", count([])), true);
  assert.deepEqual([tally.sum, tally.files], [{ errors: 0, warnings: 1, notes: 0 }, 1]);
});
