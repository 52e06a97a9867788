#!/usr/bin/env node
// Bundles the application into dist/. A target is built when a file it was made of, the lockfile or this script changed
// since; a target whose entry does not exist is left out.
//
//   node scripts/build.mjs            build what is stale
//   node scripts/build.mjs --force    build everything
import { createHash } from "node:crypto";
import fs from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";

import { bundlePdfkitData } from "./bundle-pdfkit.mjs";
import { runScript, say, SetupError } from "./setup.mjs";

const ROOT = path.resolve(import.meta.dirname, "..");
const STAMPS = path.join(ROOT, "dist", ".stamps");
/** What every target depends on besides its own sources. */
const COMMON_INPUTS = [
  "package-lock.json",
  "scripts/build.mjs",
  "scripts/bundle-pdfkit.mjs",
  "vite.config.ts",
  "tsconfig.json",
];

const NODE_TARGETS = {
  main: { entry: "electron/main.ts", file: "main.mjs", format: "es" },
  worker: { entry: "electron/worker-process.ts", file: "worker.mjs", format: "es" },
  cli: { entry: "core/cli/main.ts", file: "cli.mjs", format: "es" },
  "hash-worker": { entry: "core/casefile/hash-worker.ts", file: "hash-worker.mjs", format: "es" },
  // A sandboxed preload script is loaded as CommonJS, whatever it is called.
  preload: { entry: "electron/preload.ts", file: "preload.cjs", format: "cjs" },
};

/** Left to be resolved at run time: the host itself, and DuckDB's native binding. */
const EXTERNAL = [
  "electron",
  "original-fs",
  /^@duckdb\//,
  ...builtinModules,
  ...builtinModules.map((name) => `node:${name}`),
];

const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");
const stampFile = (name) => path.join(STAMPS, `${name}.json`);

/** Whether every input that a stamp lists still has the bytes it had, and every output is there. */
function isFresh(name, outputs) {
  let stamp;
  try {
    stamp = JSON.parse(fs.readFileSync(stampFile(name), "utf8"));
  } catch {
    return false;
  }
  const unchanged = ([file, expected]) => {
    const absolute = path.join(ROOT, file);
    return fs.existsSync(absolute) && digest(fs.readFileSync(absolute)) === expected;
  };
  return outputs.every((file) => fs.existsSync(path.join(ROOT, file))) && Object.entries(stamp.inputs).every(unchanged);
}

/**
 * Notes the hash of each of the project's own files on its way into a bundle. It is taken before the bundler reads the
 * file, so that one edited meanwhile makes the target stale again.
 */
function recordInputs(inputs) {
  return {
    name: "assay:record-inputs",
    enforce: "pre",
    load(id) {
      const file = path.relative(ROOT, id.replace(/[?#].*$/, ""));
      if (!/^(\.\.|node_modules|\0)/.test(file)) addInput(inputs, file);
    },
  };
}

function addInput(inputs, file) {
  const absolute = path.join(ROOT, file);
  if (fs.statSync(absolute, { throwIfNoEntry: false })?.isFile()) inputs[file] = digest(fs.readFileSync(absolute));
}

function commonInputs() {
  const inputs = {};
  for (const file of COMMON_INPUTS) addInput(inputs, file);
  return inputs;
}

function writeStamp(name, inputs) {
  fs.mkdirSync(STAMPS, { recursive: true });
  replaceFile(stampFile(name), JSON.stringify({ inputs }, null, 1));
}

/** Other processes may be running the old file or building the same one: they see either the old or the new bytes. */
function replaceFile(file, content) {
  const temporary = `${file}.${process.pid}.tmp`;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(temporary, content);
  fs.renameSync(temporary, file);
}

async function buildNodeTarget(name) {
  const { entry, file, format } = NODE_TARGETS[name];
  const { build } = await import("vite");
  const inputs = commonInputs();
  const result = await build({
    root: ROOT,
    configFile: false,
    logLevel: "silent",
    publicDir: false,
    resolve: {
      conditions: ["node", "import", "module", "default"],
      mainFields: ["module", "main"],
      // yazl requires it as CommonJS; bundled as a module it would be a namespace without the functions yazl calls.
      alias: { "buffer-crc32": path.join(ROOT, "node_modules/buffer-crc32/dist/index.cjs") },
    },
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
    plugins: [recordInputs(inputs), bundlePdfkitData()],
    build: {
      write: false,
      target: "node20",
      minify: false,
      assetsInlineLimit: 0,
      lib: { entry: path.join(ROOT, entry), formats: [format], fileName: () => file },
      // Platform "node" gives bundled CommonJS packages a require() made from the module's own URL.
      rolldownOptions: { external: EXTERNAL, platform: "node", output: { codeSplitting: false } },
    },
  });
  const chunk = result.flatMap((bundle) => bundle.output).find((output) => output.fileName === file);
  replaceFile(path.join(ROOT, "dist/node", file), chunk.code);
  writeStamp(name, inputs);
}

async function buildRenderer() {
  const { build } = await import("vite");
  const inputs = commonInputs();
  // Style sheets imported by style sheets are no modules, so the whole folder counts.
  for (const file of fs.readdirSync(path.join(ROOT, "renderer"), { recursive: true })) {
    addInput(inputs, path.join("renderer", file));
  }
  const outDir = path.join(ROOT, "dist", `.renderer-${process.pid}`);
  const previous = `${outDir}-previous`;
  const target = path.join(ROOT, "dist/renderer");
  try {
    await build({
      configFile: path.join(ROOT, "vite.config.ts"),
      logLevel: "silent",
      plugins: [recordInputs(inputs)],
      build: { outDir, emptyOutDir: true },
    });
    if (fs.existsSync(target)) fs.renameSync(target, previous);
    fs.renameSync(outDir, target);
  } finally {
    for (const folder of [outDir, previous]) fs.rmSync(folder, { recursive: true, force: true });
  }
  writeStamp("renderer", inputs);
}

const hasEntry = (file) => fs.existsSync(path.join(ROOT, file));

/** Builds those of the named Node targets that are stale. */
export async function buildNode(names) {
  for (const name of names) {
    const { entry, file } = NODE_TARGETS[name];
    if (hasEntry(entry) && !isFresh(name, [`dist/node/${file}`])) await orFail(name, buildNodeTarget(name));
  }
}

/** Builds everything that is stale. */
export async function buildAll({ force = false } = {}) {
  if (force) fs.rmSync(STAMPS, { recursive: true, force: true });
  await buildNode(Object.keys(NODE_TARGETS));
  if (hasEntry("renderer/index.html") && !isFresh("renderer", ["dist/renderer/index.html"])) {
    await orFail("renderer", buildRenderer());
  }
}

function orFail(name, building) {
  return building.catch((error) => {
    throw new SetupError(`${name} does not build: ${error.message}`);
  });
}

if (process.argv[1] === import.meta.filename) {
  const started = performance.now();
  await runScript(async () => {
    await buildAll({ force: process.argv.includes("--force") });
    say(`dist/ is up to date (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    return 0;
  });
}
