#!/usr/bin/env node
// Measures Assay against what the machine can do: npm run bench -- [--events 1e6] [--repeats 3] [--growth]
// Prints medians with the spread of interleaved runs and writes out/bench.json; --growth measures a tenth, a quarter, half and
// all of the events, and draws out/bench-growth.svg. Figures of a busy machine mean little: processor time means more.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { runnerImport } from "vite";

import { buildNode } from "../scripts/build.mjs";

const root = path.resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: {
    events: { type: "string", default: "1e6" },
    repeats: { type: "string", default: "3" },
    growth: { type: "boolean", default: false },
  },
});
const [events, repeats] = [Number(values.events), Number(values.repeats)];
if (!Number.isInteger(events) || events < 1 || !Number.isInteger(repeats) || repeats < 1) {
  console.error("bench: --events and --repeats expect whole numbers above 0");
  process.exit(64);
}

/** Of disk for one event, at most: as a plain file, in the bundle, in the working copy, and in databases. */
const DISK_BYTES_OF_EVENT = 4_600;
const { bavail, bsize } = fs.statfsSync(os.tmpdir());
if (events * DISK_BYTES_OF_EVENT > bavail * bsize) {
  const [needed, free] = [events * DISK_BYTES_OF_EVENT, bavail * bsize].map((bytes) => (bytes / 1e9).toFixed(0));
  console.error(`bench: ${events} events need ${needed} GB in ${os.tmpdir()}, which has ${free} GB`);
  process.exit(74);
}

await buildNode(["hash-worker"]);
const options = { root, configFile: false, logLevel: "warn" };
const { module } = await runnerImport(path.join(root, "bench/measure.ts"), options);
const { growthPlot } = (await runnerImport(path.join(root, "bench/growth-plot.ts"), options)).module;
fs.mkdirSync(path.join(root, "out"), { recursive: true });
const sizes = values.growth ? [0.1, 0.25, 0.5, 1].map((share) => Math.ceil(share * events)) : [events];
const results = [];
for (const size of sizes) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "assay-bench-"));
  try {
    const result = await module.measureAll(folder, size, repeats);
    results.push({ ...result, load: os.loadavg(), ratios: ratiosOf(result) });
    print(results.at(-1));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
const machine = { cpu: os.cpus()[0]?.model ?? "", threads: os.availableParallelism(), node: process.version };
const document = { date: new Date().toISOString(), machine, results };
fs.writeFileSync(path.join(root, "out/bench.json"), `${JSON.stringify(document, null, 2)}\n`);
if (values.growth) fs.writeFileSync(path.join(root, "out/bench-growth.svg"), growthPlot(results));

function ratiosOf({ measurements, caseBytes, bytes }) {
  const of = (name, kind) => median(measurements.find((item) => item.name === name)[kind]);
  const pair = (name, base) => ({
    wall: Number((of(name, "runs") / of(base, "runs")).toFixed(2)),
    cpu: Number((of(name, "cpu") / of(base, "cpu")).toFixed(2)),
  });
  return {
    "verify, 1 worker / sha256sum": pair("verify, 1 worker", "sha256sum"),
    "verify, 1 worker / openssl": pair("verify, 1 worker", "openssl dgst -sha256"),
    "verify, 2 workers / openssl": pair("verify, 2 workers", "openssl dgst -sha256"),
    "verified import / CTAS": pair("verified import", "one-statement CTAS"),
    "case on disk / raw": Number((caseBytes / bytes).toFixed(3)),
  };
}

function print({ events, bytes, measurements, peakMemoryBytes, verifyPeakMemoryBytes, load, ratios }) {
  const threads = os.availableParallelism();
  console.log(`\n${events} events, ${mebibytes(bytes)} MiB, ${threads} threads, load ${load[0].toFixed(1)}`);
  console.log(`${"".padEnd(32)}${["median", "least", "most", "cpu"].map((head) => head.padStart(11)).join("")}   n`);
  for (const { name, runs, cpu } of measurements) {
    const cells = [median(runs), Math.min(...runs), Math.max(...runs), median(cpu)];
    console.log(`${name.padEnd(32)}${cells.map((ms) => `${ms.toFixed(0)} ms`.padStart(11)).join("")}  ${runs.length}`);
  }
  for (const [name, value] of Object.entries(ratios)) console.log(`${name.padEnd(32)}${JSON.stringify(value)}`);
  console.log(`${"peak memory of verify".padEnd(32)}${mebibytes(verifyPeakMemoryBytes)} MiB`);
  console.log(`${"peak memory of an import".padEnd(32)}${mebibytes(peakMemoryBytes)} MiB`);
}

function mebibytes(bytes) {
  return (bytes / 2 ** 20).toFixed(0);
}

function median(runs) {
  const sorted = [...runs].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
