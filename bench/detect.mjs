#!/usr/bin/env node
// Measures detection: node bench/detect.mjs --rules <folder of Sigma rules> [--events 250000,500000,1000000] [--alone]
// Prints wall and processor time per step and writes out/bench-detect.json. Without --rules the shipped pack is measured;
// --alone leaves out the comparison with one query a rule, which reads every record first; --keep <folder> leaves the cases
// there, and uses those that are there already.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { readArguments, refuse } from "../scripts/arguments.mjs";
import { buildNode, bundleNode } from "../scripts/build.mjs";

const root = path.resolve(import.meta.dirname, "..");
const USAGE = "node bench/detect.mjs [--rules <folder>] [--events 250000,500000] [--alone] [--keep <folder>]";
const { values } = readArguments(USAGE, {
  rules: { type: "string" },
  events: { type: "string", default: "250000,500000,1000000" },
  alone: { type: "boolean", default: false },
  keep: { type: "string" },
});
const sizes = values.events.split(",").map(Number);
if (!sizes.every((size) => Number.isInteger(size) && size > 0)) {
  refuse(USAGE, "--events expects whole numbers above 0 with commas between them");
}

await buildNode(["hash-worker"]);
const folder = values.keep ?? fs.mkdtempSync(path.join(os.tmpdir(), "assay-bench-"));
try {
  const module = await loadBundled();
  const steps = ["import", "first", "again", "table", "perRule"];
  console.log(`${os.availableParallelism()} threads, load ${os.loadavg()[0].toFixed(1)}; wall / processor seconds`);
  console.log(["events", "rules", "routed", "matches", ...steps].map((name) => name.padStart(15)).join(""));
  const seconds = (spent) => (spent ? `${(spent.wall / 1000).toFixed(1)} / ${(spent.cpu / 1000).toFixed(1)}` : "-");
  const points = await module.measureDetection(folder, rulesIn(values.rules), sizes, {
    compare: !values.alone,
    keep: values.keep !== undefined,
    onStep: (step) => console.error(`${new Date().toISOString()} ${step}`),
    onPoint: (point) => {
      const counts = [point.events, point.rules, point.routed, point.matches].map(String);
      const cells = [...counts, ...steps.map((step) => seconds(point[step]))];
      console.log(cells.map((cell) => cell.padStart(15)).join(""));
    },
  });
  fs.mkdirSync(path.join(root, "out"), { recursive: true });
  fs.writeFileSync(
    path.join(root, "out/bench-detect.json"),
    `${JSON.stringify({ load: os.loadavg(), points }, null, 2)}\n`,
  );
} finally {
  if (values.keep === undefined) fs.rmSync(folder, { recursive: true, force: true });
}

/** Bundled as the application is, it is as fast. */
async function loadBundled() {
  const file = path.join(root, "out/bench/detect.mjs");
  const [{ code }] = await bundleNode({ entry: "bench/detect.ts", file: "detect.mjs", format: "es" });
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, code);
  return import(pathToFileURL(file));
}

function rulesIn(given) {
  const from = given ?? path.join(root, "core/detection/packs");
  return fs
    .readdirSync(from, { recursive: true })
    .map(String)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => ({ file: name, text: fs.readFileSync(path.join(from, name), "utf8") }));
}
