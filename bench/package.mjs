#!/usr/bin/env node
// Measures findings packages of the shipped sample: node bench/package.mjs [--exhibits 50,1000,5000] [--zip]
// Each package is written by `assay report` and checked by `assay verify-package`, each in a process of its own from its
// start to its end. Writes out/bench-package.json. Goals: 50 exhibits within 3 s, 1,000 within 10 s.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { runnerImport } from "vite";

import { readArguments, refuse } from "../scripts/arguments.mjs";
import { buildNode } from "../scripts/build.mjs";

const ROOT = path.resolve(import.meta.dirname, "..");
const CLI = path.join(ROOT, "dist/node/cli.mjs");
const MEBIBYTE = 2 ** 20;

const USAGE = "node bench/package.mjs [--exhibits 50,1000] [--zip]";
const { values } = readArguments(USAGE, {
  exhibits: { type: "string", default: "50,1000" },
  zip: { type: "boolean", default: false },
});
const sizes = values.exhibits.split(",").map(Number);
if (!sizes.every((size) => Number.isInteger(size) && size > 0)) {
  refuse(USAGE, "--exhibits expects whole numbers above 0 with commas between them");
}

await buildNode(["cli", "hash-worker"]);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "assay-bench-"));
try {
  const points = [];
  for (const exhibits of sizes) points.push(await measure(exhibits));
  console.log(`${os.availableParallelism()} threads, load ${os.loadavg()[0].toFixed(1)}; milliseconds, MiB`);
  const columns = Object.keys(points[0]);
  console.log(columns.map((name) => name.padStart(12)).join(""));
  for (const point of points) console.log(columns.map((name) => String(point[name]).padStart(12)).join(""));
  fs.mkdirSync(path.join(ROOT, "out"), { recursive: true });
  fs.writeFileSync(
    path.join(ROOT, "out/bench-package.json"),
    `${JSON.stringify({ load: os.loadavg(), points }, null, 2)}\n`,
  );
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}

async function measure(exhibits) {
  const [home, root] = [path.join(folder, `home-${exhibits}`), path.join(folder, `${exhibits}.assay`)];
  const out = path.join(folder, `package-${exhibits}${values.zip ? ".zip" : ""}`);
  const options = { root: ROOT, configFile: false, logLevel: "warn" };
  const { module } = await runnerImport(path.join(ROOT, "bench/package.ts"), options);
  await module.prepareCase(home, path.join(ROOT, "samples/bundles"), root, exhibits);
  const load = os.loadavg()[0].toFixed(1);
  const written = assay(home, ["report", "--case", root, "--out", out]);
  const { files, fingerprint } = written.result;
  const verified = assay(home, ["verify-package", out, "--trust", fingerprint]);
  if (verified.result.verdict !== "verified") throw new Error(`expected verified, found ${verified.result.verdict}`);
  return {
    exhibits,
    load,
    report: written.milliseconds,
    "peak MiB": written.peak,
    verify: verified.milliseconds,
    "verify peak": verified.peak,
    files,
    "package MiB": (bytesOf(out) / MEBIBYTE).toFixed(1),
  };
}

/** One command of the built program: what it prints, how long it took, and its largest memory. */
function assay(home, args) {
  const peakFile = path.join(folder, "peak");
  const program = ["--import", path.join(import.meta.dirname, "peak.mjs"), CLI, ...args, "--json"];
  const started = performance.now();
  const { stdout, stderr } = spawnSync(process.execPath, program, {
    encoding: "utf8",
    env: { ...process.env, ASSAY_HOME: home, ASSAY_BENCH_PEAK: peakFile },
  });
  const milliseconds = Math.round(performance.now() - started);
  const result = JSON.parse(stdout);
  if (result.error) throw new Error(`assay ${args[0]}: ${result.error.message}${stderr}`);
  return { milliseconds, result, peak: Math.round(Number(fs.readFileSync(peakFile, "utf8")) / MEBIBYTE) };
}

function bytesOf(target) {
  if (fs.statSync(target).isFile()) return fs.statSync(target).size;
  const entries = fs.readdirSync(target, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0);
}
