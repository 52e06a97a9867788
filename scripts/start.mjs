#!/usr/bin/env node
// Opens the application from a checkout, after whatever set-up and building is still to be done.
//
//   npm start                            the start screen
//   npm start -- <bundle or case>        with this evidence
//
// Without a display the same application runs once on the sample (or on what was named) under Xvfb, leaves a picture of
// each screen in out/, and prints the verdict.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { readArguments } from "./arguments.mjs";
import { ensureDependencies, ensureSystemPackages, hasDisplay, isRoot, runScript, say, SetupError } from "./setup.mjs";

const ROOT = path.resolve(import.meta.dirname, "..");
const PICTURES = path.join(ROOT, "out");

await runScript(async () => {
  const [given] = readArguments("npm start [-- <bundle or case>]", {}, 1).operands;
  const evidence = evidencePath(given);
  const headless = process.platform === "linux" && !hasDisplay();
  ensureDependencies();
  ensureSystemPackages(headless ? ["display", "headless"] : ["display"]);
  const { buildAll } = await import("./build.mjs");
  const { describeRuntime, ensureRuntime, missingLibraries } = await import("./electron-runtime.mjs");
  await buildAll();
  const runtime = await ensureRuntime();
  say(describeRuntime(runtime));
  const missing = missingLibraries(runtime);
  if (missing.length > 0) throw new SetupError(`Electron misses these system libraries: ${missing.join(", ")}`);
  const args = [ROOT, ...(evidence ? [`--open=${evidence}`] : [])];
  if (isRoot()) {
    say("running as root, where Chromium's sandbox cannot work: open no real evidence like this");
    args.push("--no-sandbox");
  }
  return headless ? runOnce(runtime, args, evidence) : run(runtime.executable, args);
});

/** What was named on the command line, seen from where the command was typed. */
function evidencePath(argument) {
  if (argument === undefined) return undefined;
  const file = path.resolve(process.env.INIT_CWD ?? process.cwd(), argument);
  if (!fs.existsSync(file)) throw new SetupError(`there is nothing at ${file}`);
  return file;
}

async function runOnce({ executable }, args, evidence) {
  const { XVFB } = await import("./e2e.mjs");
  say(`no display here: running once on ${evidence ?? "the sample"} under Xvfb; on a desktop this opens a window`);
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "assay-start-"));
  try {
    const options = [
      `--smoke=${PICTURES}`,
      `--user-data-dir=${path.join(temporary, "profile")}`,
      "--disable-gpu",
      // Chromium misses a desktop here and says so in many lines; what ends it is still told.
      "--log-level=3",
    ];
    // The sample leaves nothing behind in the user's own folder; evidence of theirs is judged by the keys they trust.
    const environment = evidence ? {} : { ASSAY_HOME: path.join(temporary, "home") };
    const [command, ...wrapper] = XVFB;
    const code = await run(command, [...wrapper, executable, ...args, ...options], environment, "quiet");
    if (code === 0) say(`pictures in ${PICTURES}`);
    return code;
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

/** Runs a program to its end. "quiet" keeps its complaints about the missing desktop back unless it fails. */
function run(command, args, environment = {}, mode = "open") {
  const child = spawn(command, args, {
    stdio: ["inherit", "inherit", mode === "quiet" ? "pipe" : "inherit"],
    env: { ...process.env, ...environment },
  });
  const complaints = [];
  child.stderr?.on("data", (chunk) => complaints.push(chunk));
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code !== 0) process.stderr.write(Buffer.concat(complaints));
      resolve(code ?? 1);
    });
  });
}
