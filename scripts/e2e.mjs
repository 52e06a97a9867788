#!/usr/bin/env node
// Runs the end-to-end tests on the real application. They fail, and are never skipped, where there is neither a display
// nor Xvfb. Arguments go on to Playwright.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

import { ensureDependencies, ensureSystemPackages, hasDisplay, isRoot, runScript, say } from "./setup.mjs";

const ROOT = path.resolve(import.meta.dirname, "..");
const PLAYWRIGHT = "node_modules/@playwright/test/cli.js";
const RESULTS = path.join("out", "e2e-results.json");
/** Published data beside the checkout; read in place, and tests of it are skipped where it is absent. */
const SHARED = path.join(ROOT, "..", "shared");
export const XVFB = ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24"];

/** Set-up, build, tests; returns how many passed and failed. A run that never got to its tests counts as one failure. */
export async function runEndToEnd(args = []) {
  ensureSystemPackages(hasDisplay() ? ["display", "checking"] : ["display", "headless", "checking"]);
  const { buildAll } = await import("./build.mjs");
  const { describeRuntime, ensureRuntime } = await import("./electron-runtime.mjs");
  await buildAll();
  const runtime = await ensureRuntime();
  say(describeRuntime(runtime));
  fs.rmSync(path.join(ROOT, RESULTS), { force: true });
  const status = isRoot() && process.platform === "linux" ? await asNobody(runtime, args) : inPlace(runtime, args);
  return { ...countResults(), status };
}

function inPlace(runtime, args) {
  const display = process.platform !== "linux" || hasDisplay() ? [] : XVFB;
  const command = [...display, process.execPath, path.join(ROOT, PLAYWRIGHT), "test", ...args];
  return runCommand(command, ROOT, {
    ...process.env,
    ASSAY_E2E_EXECUTABLE: runtime.executable,
    ASSAY_E2E_APPLICATION: ROOT,
    ASSAY_E2E_RESULTS: path.join(ROOT, RESULTS),
    ASSAY_E2E_SHARED: SHARED,
  });
}

async function asNobody(runtime, args) {
  const { stageForNobody } = await import("./e2e-stage.mjs");
  const stage = stageForNobody(runtime);
  say(`running as nobody, sandbox: ${stage.sandbox}, network: ${stage.isolated ? "none" : "as it is"}`);
  // Xvfb cannot make this folder itself when it does not run as root.
  fs.mkdirSync("/tmp/.X11-unix", { recursive: true });
  fs.chmodSync("/tmp/.X11-unix", 0o1777);
  try {
    const command = [...XVFB, process.execPath, path.join(stage.project, PLAYWRIGHT), "test", ...args];
    return runCommand(stage.asNobody(command), stage.project, {
      ...stage.environment,
      ASSAY_E2E_EXECUTABLE: stage.executable,
      ASSAY_E2E_APPLICATION: stage.project,
      ASSAY_E2E_RESULTS: path.join(stage.project, RESULTS),
      ASSAY_E2E_SHARED: SHARED,
      ...(stage.sandbox === "none" && { ASSAY_E2E_NO_SANDBOX: "1" }),
    });
  } finally {
    stage.collect();
    stage.remove();
  }
}

function runCommand([command, ...args], cwd, env) {
  const done = spawnSync(command, args, { cwd, env, stdio: ["ignore", 2, 2] });
  if (done.error) say(`${command}: ${done.error.message}`);
  return done.status ?? 1;
}

function countResults() {
  const file = path.join(ROOT, RESULTS);
  if (!fs.existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const { stats, errors } = JSON.parse(fs.readFileSync(file, "utf8"));
  const passed = stats.expected + stats.flaky;
  // No test at all, or an error outside of any test, is a failure too.
  const broken = errors.length > 0 || passed + stats.unexpected === 0 ? 1 : 0;
  return { passed, failed: stats.unexpected + broken, skipped: stats.skipped };
}

if (process.argv[1] === import.meta.filename) {
  await runScript(async () => {
    ensureDependencies();
    const { passed, failed, skipped, status } = await runEndToEnd(process.argv.slice(2));
    say(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    return failed > 0 || status !== 0 ? 1 : 0;
  });
}
