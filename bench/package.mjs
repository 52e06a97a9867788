#!/usr/bin/env node
// Measures findings packages of the shipped sample: node bench/package.mjs [--exhibits 50,1000,5000]
// Prints milliseconds per step and writes out/bench-package.json. Goals: 50 exhibits within 3 s, 1,000 within 10 s.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { runnerImport } from "vite";

import { buildNode } from "../scripts/build.mjs";

const root = path.resolve(import.meta.dirname, "..");
const { values } = parseArgs({ options: { exhibits: { type: "string", default: "50,1000" } } });
const sizes = values.exhibits.split(",").map(Number);
if (!sizes.every((size) => Number.isInteger(size) && size > 0)) {
  console.error("bench: --exhibits expects whole numbers above 0 with commas between them");
  process.exit(64);
}

await buildNode(["hash-worker"]);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "assay-bench-"));
try {
  const options = { root, configFile: false, logLevel: "warn" };
  const { module } = await runnerImport(path.join(root, "bench/package.ts"), options);
  const points = await module.measurePackages(folder, path.join(root, "samples/bundles"), sizes);
  console.log(`${os.availableParallelism()} threads, load ${os.loadavg()[0].toFixed(1)}; milliseconds`);
  const columns = Object.keys(points[0]);
  console.log(columns.map((name) => name.padStart(10)).join(""));
  for (const point of points) console.log(columns.map((name) => String(point[name]).padStart(10)).join(""));
  fs.mkdirSync(path.join(root, "out"), { recursive: true });
  fs.writeFileSync(
    path.join(root, "out/bench-package.json"),
    `${JSON.stringify({ load: os.loadavg(), points }, null, 2)}\n`,
  );
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
