import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../../..");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "assay-arguments-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(script: string, ...words: readonly string[]) {
  const env = { ...process.env, INIT_CWD: folder };
  const done = spawnSync(process.execPath, [path.join(ROOT, script), ...words], { cwd: folder, env, encoding: "utf8" });
  return { code: done.status, said: done.stdout + done.stderr };
}

const SCRIPTS = [
  "scripts/build-verifier.mjs",
  "scripts/build.mjs",
  "scripts/check-lock.mjs",
  "scripts/electron-runtime.mjs",
  "scripts/package.mjs",
  "scripts/samples.mjs",
  "scripts/screenshots.mjs",
  "scripts/start.mjs",
  "scripts/test.mjs",
  "scripts/vectors-in-electron.mjs",
  "bench/detect.mjs",
  "bench/frames.mjs",
  "bench/package.mjs",
  "bench/run.mjs",
];

test.each(SCRIPTS)("%s refuses an option that it does not know in one line, and does nothing", (script) => {
  const { code, said } = run(script, "--nonsense", "x");
  expect([code, said]).toEqual([64, expect.stringMatching(/^Unknown option '--nonsense'; usage: .*\n$/)]);
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ["scripts/samples.mjs", "b"],
  ["scripts/start.mjs", "b"],
  ["scripts/test.mjs", "a"],
])("%s refuses more operands than it takes", (script, first) => {
  const { code, said } = run(script, "a", "b");
  expect([code, said]).toEqual([64, expect.stringMatching(new RegExp(`^unexpected "${first}"; usage: .*\\n$`))]);
});

test.each([
  ["bench/run.mjs", "--events", "many"],
  ["bench/detect.mjs", "--events", "1,many"],
  ["bench/frames.mjs", "--events", "0"],
  ["bench/package.mjs", "--exhibits", "1.5"],
])("%s refuses a number that is none", (script, option, value) => {
  const { code, said } = run(script, option, value);
  expect([code, said]).toEqual([
    64,
    expect.stringMatching(new RegExp(`^${option}.* whole numbers? .*; usage: .*\\n$`)),
  ]);
});
