#!/usr/bin/env node
// Everything that must hold, in one command, after whatever set-up is still to be done. Each static gate counts as one
// test. The last line of standard output is "N passed, N failed".
import { execFile, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { readArguments } from "./arguments.mjs";
import { ensureDependencies, ensureSystemPackages, hasDisplay, runScript, say } from "./setup.mjs";

const ROOT = path.resolve(import.meta.dirname, "..");
const UNIT_RESULTS = path.join(ROOT, "out", "unit-results.json");

const GATES = [
  ["types", "tsc", ["-p", "."]],
  ["lint", "eslint", ["."]],
  ["format", "prettier", ["--check", "--log-level", "warn", "."]],
  ["import directions", "depcruise", ["--output-type", "err", "core", "electron", "renderer"]],
  ["dead code", "knip", []],
  ["lockfile", process.execPath, [path.join(ROOT, "scripts/check-lock.mjs")]],
];

readArguments("npm test");
await runScript(async () => {
  ensureDependencies();
  ensureSystemPackages(hasDisplay() ? ["display", "checking"] : ["display", "headless", "checking"]);
  const sections = [
    ["static gates", runGates],
    ["unit, vectors, properties, integration", runUnitTests],
    ["vectors inside Electron", runVectorsInElectron],
    ["end to end", runEndToEndTests],
  ];
  const total = { passed: 0, failed: 0 };
  for (const [name, run] of sections) {
    const started = performance.now();
    const { passed, failed, skipped = 0 } = await run();
    total.passed += passed;
    total.failed += failed;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const counts = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    console.log(`[${failed > 0 ? "FAILED" : "ok"}] ${name}: ${counts} (${seconds} s)`);
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 ? 1 : 0;
});

/** Runs as many gates side by side as there are processors; what a failed one printed is shown. */
async function runGates() {
  const waiting = [...GATES];
  const total = { passed: 0, failed: 0 };
  const runNext = async () => {
    for (let gate = waiting.shift(); gate; gate = waiting.shift()) total[await runGate(...gate)] += 1;
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, runNext));
  return total;
}

function runGate(name, command, args) {
  const program = path.isAbsolute(command) ? command : path.join(ROOT, "node_modules/.bin", command);
  return new Promise((resolve) => {
    execFile(program, args, { cwd: ROOT, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error) process.stderr.write(`[FAILED] ${name}\n${stdout}${stderr}${stdout || stderr ? "" : error}\n`);
      resolve(error ? "failed" : "passed");
    });
  });
}

function runUnitTests() {
  fs.rmSync(UNIT_RESULTS, { force: true });
  // By itself vitest leaves one core idle, which is half of a small machine.
  const workers = Math.max(2, os.availableParallelism() - 1);
  const reports = ["--reporter=dot", "--reporter=json", `--outputFile.json=${UNIT_RESULTS}`];
  const env = { ...process.env, ...(!process.stderr.isTTY && { NO_COLOR: "1", FORCE_COLOR: undefined }) };
  const args = ["run", `--maxWorkers=${workers}`, ...reports];
  spawnSync(path.join(ROOT, "node_modules/.bin/vitest"), args, { cwd: ROOT, stdio: ["ignore", 2, 2], env });
  if (!fs.existsSync(UNIT_RESULTS)) return { passed: 0, failed: 1 };
  const results = JSON.parse(fs.readFileSync(UNIT_RESULTS, "utf8"));
  // A file that cannot be loaded, or a fault outside of any test, fails without a failed test.
  const broken = !results.success && results.numFailedTests === 0 ? 1 : 0;
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = results;
  return { passed, failed: failed + broken, skipped };
}

async function runVectorsInElectron() {
  const inElectron = await import("./vectors-in-electron.mjs");
  try {
    return await inElectron.runVectorsInElectron();
  } catch (error) {
    say(`the vectors could not be run inside Electron: ${error.message}`);
    return { passed: 0, failed: 1 };
  }
}

async function runEndToEndTests() {
  const { runEndToEnd } = await import("./e2e.mjs");
  try {
    const { passed, failed, skipped, status } = await runEndToEnd();
    return { passed, failed: failed === 0 && status !== 0 ? 1 : failed, skipped };
  } catch (error) {
    say(`the end-to-end tests could not be run: ${error.message}`);
    return { passed: 0, failed: 1 };
  }
}
