#!/usr/bin/env node
// Measures Assay against what the machine can do: npm run bench -- [--events 1e6] [--repeats 3] [--questions 9] [--keep <folder>]
// [--growth], or of a case of the bench that is there, what a timeline asks of it: npm run bench -- --case <folder>.
// Prints medians with the spread of interleaved runs and the gates, and writes out/bench.json; --growth measures a tenth, a
// quarter, half and all of the events, and draws out/bench-growth.svg. With --keep, generated events stay in that folder and
// are used again. Figures of a busy machine mean little: processor time means more.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { readArguments, refuse } from "../scripts/arguments.mjs";
import { buildNode, bundleNode, hasNative } from "../scripts/build.mjs";

const root = path.resolve(import.meta.dirname, "..");
const USAGE =
  "npm run bench [-- --events 1e6 --repeats 3 --questions 9 --keep <folder> --growth], or npm run bench -- --case <folder>";
const { values } = readArguments(USAGE, {
  events: { type: "string", default: "1e6" },
  repeats: { type: "string" },
  questions: { type: "string" },
  keep: { type: "string" },
  case: { type: "string" },
  growth: { type: "boolean", default: false },
});
const isLarge = Number(values.events) > 2e6;
const events = Number(values.events);
const repeats = Number(values.repeats ?? (isLarge ? 1 : 3));
const questions = Number(values.questions ?? (isLarge || values.case ? 20 : 9));
if (![events, repeats, questions].every((value) => Number.isInteger(value) && value > 0)) {
  refuse(USAGE, "--events, --repeats and --questions expect whole numbers above 0");
}

const began = performance.now();
const { measurementTable, questionTable, gateTable } = await load("tables");
fs.mkdirSync(path.join(root, "out"), { recursive: true });
if (values.case) await askCase(path.resolve(values.case));
else await measureSizes(values.growth ? [0.1, 0.25, 0.5, 1].map((share) => Math.ceil(share * events)) : [events]);

async function askCase(folder) {
  const { measureQueries } = await load("queries");
  const { events, taken } = await measureQueries(folder, questions, onStep);
  console.log(`\n${events} events, ${machineText()}; milliseconds\n${questionTable(taken)}`);
  write("queries.json", { events, memory: process.memoryUsage.rss(), taken });
}

async function measureSizes(sizes) {
  const place = path.resolve(values.keep ?? os.tmpdir());
  fs.mkdirSync(place, { recursive: true });
  assertRoom(place, Math.max(...sizes));
  await buildNode(["hash-worker"]);
  const program = await bundle("once");
  const { measureAll } = await load("measure");
  const { makeDataset } = await load("dataset");
  const { gatesOf } = await load("gates");
  const { growthPlot } = await load("growth-plot");
  const results = [];
  for (const size of sizes) {
    const work = fs.mkdtempSync(path.join(place, "assay-bench-"));
    try {
      onStep(`${size} events: generating or finding them`);
      const data = await makeDataset(values.keep ? keptData(place, size) : path.join(work, "data"), size);
      const result = await measureAll(data, { program, work, repeats, questions, onStep });
      const gates = gatesOf(result);
      results.push({ ...result, load: os.loadavg(), gates });
      console.log(`\n${size} events, ${(result.bytes / 2 ** 20).toFixed(0)} MiB, ${machineText()}`);
      console.log(`\n${measurementTable(result)}\n\n${questionTable(result.taken)}\n\n${gateTable(gates)}`);
      console.log(`peak memory of a verification: ${(result.verifyPeakBytes / 1e9).toFixed(2)} GB`);
      if (size < 1e7) console.log("Memory and questions are judged at 1e7 events.");
    } finally {
      fs.rmSync(work, { recursive: true, force: true });
    }
  }
  write("bench.json", { results });
  if (values.growth) fs.writeFileSync(path.join(root, "out/bench-growth.svg"), growthPlot(results));
}

/** A part of the bench, bundled as the application is: it is as fast, and takes as much memory. */
async function load(name) {
  return import(pathToFileURL(await bundle(name)));
}

async function bundle(name) {
  const file = path.join(root, `out/bench/${name}.mjs`);
  const [{ code }] = await bundleNode({ entry: `bench/${name}.ts`, file: `${name}.mjs`, format: "es" });
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, code);
  return file;
}

/** Where the events of one size are kept. */
function keptData(place, size) {
  return path.join(place, `data-${size}`);
}

/** Ends the program when what is to be made of so many events would not fit: they may be there from an earlier run. */
function assertRoom(place, size) {
  const isThere = values.keep && fs.existsSync(path.join(keptData(place, size), "finished"));
  // As plain files and in the bundle, each as long as a record; then the case with its working copies, and a database.
  const bytesOfEvent = isThere ? 1_800 : 4_600;
  const { bavail, bsize } = fs.statfsSync(place);
  if (size * bytesOfEvent <= bavail * bsize) return;
  const [needed, free] = [size * bytesOfEvent, bavail * bsize].map((bytes) => (bytes / 1e9).toFixed(0));
  console.error(`bench: ${size} events need ${needed} GB in ${place}, which has ${free} GB`);
  process.exit(74);
}

function onStep(name) {
  console.error(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${name}`);
}

function machineText() {
  const cpu = os.cpus()[0]?.model ?? "";
  const hashing = hasNative() ? "native hashing" : "hashing without native code";
  return `${cpu}, ${os.availableParallelism()} threads, Node ${process.version}, ${hashing}, load ${os.loadavg()[0].toFixed(1)}`;
}

function write(name, document) {
  const machine = { cpu: os.cpus()[0]?.model ?? "", threads: os.availableParallelism(), node: process.version };
  const dated = { date: new Date().toISOString(), machine, ...document };
  fs.writeFileSync(path.join(root, "out", name), `${JSON.stringify(dated, null, 2)}\n`);
}
