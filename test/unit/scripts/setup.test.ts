import { spawnSync } from "node:child_process";
import path from "node:path";

import { expect, test } from "vitest";

const SETUP = path.resolve(import.meta.dirname, "../../../scripts/setup.mjs");

/** What a command prints whose set-up needs the packages for these purposes, with this PATH. */
function setUp(purposes: readonly string[], searchPath: string) {
  const code = `
    const { ensureSystemPackages, runScript } = await import(${JSON.stringify(SETUP)});
    await runScript(async () => ensureSystemPackages(${JSON.stringify(purposes)}) ?? 0);`;
  const args = ["--input-type=module", "--eval", code];
  return spawnSync(process.execPath, args, { encoding: "utf8", env: { PATH: searchPath } });
}

test.runIf(process.platform === "linux")("what cannot be installed here is named in one command to type", () => {
  const { status, stderr, stdout } = setUp(["headless", "checking"], "/nonexistent");
  expect(status).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toBe(
    [
      "[assay] missing on this system: xvfb, xauth, poppler-utils, openssl, coreutils",
      "  on Debian or Ubuntu: sudo apt-get install -y --no-install-recommends xvfb xauth poppler-utils openssl coreutils",
      "",
    ].join("\n"),
  );
});

test("where nothing is missing nothing is said", () => {
  expect(setUp([], "/nonexistent")).toMatchObject({ status: 0, stdout: "", stderr: "" });
});
