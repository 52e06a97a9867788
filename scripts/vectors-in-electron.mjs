#!/usr/bin/env node
// Runs the published vectors inside the Electron runtime, as Node: its cryptography is BoringSSL and not OpenSSL, and must
// accept and refuse the same. Prints what vitest prints.
import { spawnSync } from "node:child_process";
import path from "node:path";

import { readArguments } from "./arguments.mjs";
import { describeRuntime, ensureRuntime } from "./electron-runtime.mjs";
import { runScript, say } from "./setup.mjs";

const ROOT = path.resolve(import.meta.dirname, "..");
const VITEST = path.join(ROOT, "node_modules/vitest/vitest.mjs");

/** `{ passed, failed }` counts the run as one test. */
export async function runVectorsInElectron() {
  const runtime = await ensureRuntime();
  say(`vectors inside ${describeRuntime(runtime)}`);
  // test/vectors/runtime.test.ts fails in any other runtime than the one that is named here.
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: "1", ASSAY_TEST_RUNTIME: "electron" };
  const args = [VITEST, "run", "test/vectors", "--reporter=dot"];
  const { status } = spawnSync(runtime.executable, args, { cwd: ROOT, stdio: ["ignore", 2, 2], env });
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

if (process.argv[1] === import.meta.filename) {
  readArguments("node scripts/vectors-in-electron.mjs");
  await runScript(async () => (await runVectorsInElectron()).failed);
}
