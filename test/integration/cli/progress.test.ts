import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { CLI, cliBench, finished, ocsfLines, type CliBench } from "./cli-bench.ts";

/** Runs a command on a terminal of its own. */
const SCRIPT = "/usr/bin/script";

let bench: CliBench;
beforeEach(async () => {
  bench = await cliBench();
});
afterEach(() => bench.remove());

describe("progress", () => {
  test.skipIf(!existsSync(SCRIPT))(
    "shows bytes, records and time left on a terminal, and is gone before the result (skipped without script)",
    async () => {
      const evidence = await bench.file("a.jsonl", ocsfLines(0, 2_000));
      const command = `'${process.execPath}' '${CLI}' import '${evidence}' --case a.assay`;
      const child = spawn(SCRIPT, ["-qec", command, "/dev/null"], { env: bench.environment, cwd: bench.folder });
      child.stdin.end();
      const { code, stdout } = await finished(child);
      expect(code).toBe(0);
      expect(stdout).toMatch(/loading {7}\[=+\] 100 % \| \d\.\d of \d\.\d MiB \| 2,000 records \| (\?|\d+ s) left/);
      const shownLast = stdout.lastIndexOf("left");
      const wipedLast = stdout.lastIndexOf("\u001b[2K");
      expect(wipedLast).toBeGreaterThan(shownLast);
      expect(stdout.indexOf("X-1 imported")).toBeGreaterThan(wipedLast);
    },
  );

  test("never goes to a pipe", async () => {
    await bench.run("keygen", "--kind", "examiner", "--name", "n", "--out", "me.key", "--no-passphrase");
    const evidence = await bench.file("a.jsonl", ocsfLines(0, 2_000));
    const result = await bench.run("import", evidence, "--case", "a.assay", "--key", "me.key", "--json");
    expect([result.code, result.stderr]).toEqual([0, ""]);
  });
});
