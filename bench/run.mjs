#!/usr/bin/env node
// Measures Assay against what the machine can do: npm run bench -- [--events 200000] [--repeats 3]
// Prints medians with the spread of interleaved runs and writes out/bench.json. Figures of a busy machine mean little.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { runnerImport } from "vite";

import { buildNode } from "../scripts/build.mjs";

const root = path.resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: { events: { type: "string", default: "200000" }, repeats: { type: "string", default: "3" } },
});
const [events, repeats] = [Number(values.events), Number(values.repeats)];
if (!Number.isInteger(events) || events < 1 || !Number.isInteger(repeats) || repeats < 1) {
  console.error("bench: --events and --repeats expect whole numbers above 0");
  process.exit(64);
}

await buildNode(["hash-worker"]);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "assay-bench-"));
try {
  const options = { root, configFile: false, logLevel: "warn" };
  const { module } = await runnerImport(path.join(root, "bench/measure.ts"), options);
  const result = await module.measureAll(folder, events, repeats);
  const medians = new Map(result.measurements.map(({ name, runs }) => [name, median(runs)]));
  const ratio = (name, base) => Number((medians.get(name) / medians.get(base)).toFixed(2));
  const ratios = {
    "verify / openssl": ratio("verify the bundle", "openssl dgst -sha256"),
    "import / CTAS": ratio("import into a case", "one-statement CTAS"),
  };
  console.log(
    `${events} events, ${(result.bytes / 2 ** 20).toFixed(0)} MiB, ${os.availableParallelism()} threads, load ${os.loadavg()[0].toFixed(1)}`,
  );
  console.log(`${"".padEnd(30)}${"median".padStart(12)}${"least".padStart(12)}${"most".padStart(12)}   n`);
  for (const { name, runs } of result.measurements) {
    const cells = [median(runs), Math.min(...runs), Math.max(...runs)].map((ms) => `${ms.toFixed(0)} ms`.padStart(12));
    console.log(`${name.padEnd(30)}${cells.join("")}  ${String(runs.length).padStart(2)}`);
  }
  for (const [name, value] of Object.entries(ratios)) console.log(`${name.padEnd(30)}${`${value} x`.padStart(12)}`);
  fs.mkdirSync(path.join(root, "out"), { recursive: true });
  const machine = {
    cpu: os.cpus()[0]?.model ?? "",
    threads: os.availableParallelism(),
    node: process.version,
    load: os.loadavg(),
  };
  fs.writeFileSync(path.join(root, "out/bench.json"), `${JSON.stringify({ machine, ...result, ratios }, null, 2)}\n`);
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}

function median(runs) {
  const sorted = [...runs].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
