#!/usr/bin/env node
// Measures what a timeline asks of a large case: node bench/queries.mjs --case <folder> [--repeats 20]. The case holds events of
// bench/records.ts; what lets it answer quickly is made first, where it is not there yet. Prints median, 95th percentile and
// longest of each question beside its gate, and writes out/queries.json. Figures of a busy machine mean little.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { runnerImport } from "vite";

const root = path.resolve(import.meta.dirname, "..");
const { values } = parseArgs({ options: { case: { type: "string" }, repeats: { type: "string", default: "20" } } });
const repeats = Number(values.repeats);
if (!values.case || !Number.isInteger(repeats) || repeats < 1) {
  console.error("bench: expected --case <folder> and --repeats <a whole number above 0>");
  process.exit(64);
}

const { module } = await runnerImport(path.join(root, "bench/queries.ts"), {
  root,
  configFile: false,
  logLevel: "warn",
});
const before = os.loadavg()[0];
const { events, taken } = await module.measureQueries(path.resolve(values.case), repeats);
console.log(`${events} events, ${os.cpus()[0]?.model}, ${os.availableParallelism()} threads, Node ${process.version}`);
console.log(`load ${before.toFixed(1)} to ${os.loadavg()[0].toFixed(1)}; milliseconds`);
console.log(`${"".padEnd(42)}${["median", "p95", "most", "gate"].map((head) => head.padStart(9)).join("")}    n`);
for (const { name, gate, runs } of taken) {
  const sorted = [...runs].sort((left, right) => left - right);
  const at = (share) => sorted[Math.ceil(share * sorted.length) - 1].toFixed(0);
  const cells = [at(0.5), at(0.95), at(1), gate ?? ""];
  console.log(
    `${name.padEnd(42)}${cells.map((cell) => String(cell).padStart(9)).join("")}  ${String(runs.length).padStart(3)}`,
  );
}
const document = {
  date: new Date().toISOString(),
  events,
  load: os.loadavg(),
  memory: process.memoryUsage.rss(),
  taken,
};
fs.mkdirSync(path.join(root, "out"), { recursive: true });
fs.writeFileSync(path.join(root, "out/queries.json"), `${JSON.stringify(document, null, 2)}\n`);
