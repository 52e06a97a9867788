#!/usr/bin/env node
// Bundles the application into dist/. A target is built when a file it was made of, the lockfile or this script changed
// since; a target whose entry does not exist is left out.
//
//   node scripts/build.mjs            build what is stale
//   node scripts/build.mjs --force    build everything
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";

import { readArguments } from "./arguments.mjs";
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
  // Each command is a chunk of its own, so that one starts without waiting for what the others need.
  cli: { entry: "core/cli/main.ts", file: "cli.mjs", format: "es", chunks: "cli-[name]-[hash].mjs" },
  "hash-worker": { entry: "core/casefile/hash-worker.ts", file: "hash-worker.mjs", format: "es" },
  // A sandboxed preload script is loaded as CommonJS, whatever it is called.
  preload: { entry: "electron/preload.ts", file: "preload.cjs", format: "cjs" },
};

/** Compiled where there is a C compiler and it was measured to pay; everything works without them (docs/decisions/0015). */
const NATIVE = ["core/bundle/record-hashing.c", "core/casefile/page-cache.c"].map((source) => {
  const { name } = path.parse(source);
  return { name, source, file: `dist/node/${name}.node` };
});

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
function isFresh(name) {
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
  // Inputs first: the form of the stamp is one of them.
  return (
    Object.entries(stamp.inputs).every(unchanged) && stamp.outputs.every((file) => fs.existsSync(path.join(ROOT, file)))
  );
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

function writeStamp(name, inputs, outputs) {
  fs.mkdirSync(STAMPS, { recursive: true });
  replaceFile(stampFile(name), JSON.stringify({ inputs, outputs }, null, 1));
}

/** Other processes may be running the old file or building the same one: they see either the old or the new bytes. */
function replaceFile(file, content) {
  const temporary = `${file}.${process.pid}.tmp`;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(temporary, content);
  fs.renameSync(temporary, file);
}

async function buildNodeTarget(name) {
  const { chunks } = NODE_TARGETS[name];
  const inputs = commonInputs();
  const built = await bundleNode(NODE_TARGETS[name], [recordInputs(inputs)]);
  // The entry comes last: it names the others.
  for (const { fileName, code } of built.toSorted((a, b) => Number(a.isEntry) - Number(b.isEntry))) {
    replaceFile(path.join(ROOT, "dist/node", fileName), code);
  }
  const outputs = built.map(({ fileName }) => `dist/node/${fileName}`);
  if (chunks) removeOldChunks(chunks, outputs);
  writeStamp(name, inputs, outputs);
}

/** Bundles a program for Node as those of the application are, and returns its files. */
export async function bundleNode({ entry, file, format, chunks }, plugins = []) {
  const { build } = await import("vite");
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
    plugins: [...plugins, bundlePdfkitData()],
    build: {
      write: false,
      target: "node20",
      minify: false,
      assetsInlineLimit: 0,
      lib: { entry: path.join(ROOT, entry), formats: [format], fileName: () => file },
      // Platform "node" gives bundled CommonJS packages a require() made from the module's own URL.
      rolldownOptions: {
        external: EXTERNAL,
        platform: "node",
        output: chunks ? { chunkFileNames: chunks } : { codeSplitting: false },
      },
    },
  });
  return result.flatMap((bundle) => bundle.output).filter((output) => output.type === "chunk");
}

/** Compiles native code; without a compiler, or where that fails, there is none. */
function buildNative({ name, source, file: output }) {
  if (process.platform !== "linux" || process.arch !== "x64" || isFresh(name)) return;
  const file = path.join(ROOT, output);
  const temporary = `${file}.${process.pid}.tmp`;
  const headers = path.join(ROOT, "node_modules/node-api-headers/include");
  const inputs = commonInputs();
  addInput(inputs, source);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const args = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-fPIC", "-shared", "-I", headers, "-o", temporary, source];
  const { status, error } = spawnSync("cc", args, { cwd: ROOT, stdio: "ignore" });
  if (status === 0) {
    fs.renameSync(temporary, file);
    writeStamp(name, inputs, [output]);
    return;
  }
  for (const each of [temporary, file]) fs.rmSync(each, { force: true });
  if (error === undefined) say(`${source} does not compile; Assay works without it, but slower`);
}

const CHUNK_KEPT_MS = 3_600_000;

/** Removes chunks that no build of the last hour wrote: a process that started before this one may still load its own. */
function removeOldChunks(pattern, outputs) {
  const prefix = pattern.slice(0, pattern.indexOf("["));
  for (const name of fs.readdirSync(path.join(ROOT, "dist/node"))) {
    const file = path.join(ROOT, "dist/node", name);
    if (!name.startsWith(prefix) || outputs.includes(`dist/node/${name}`)) continue;
    if (Date.now() - fs.statSync(file).mtimeMs > CHUNK_KEPT_MS) fs.rmSync(file, { force: true });
  }
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
  writeStamp("renderer", inputs, ["dist/renderer/index.html"]);
}

const hasEntry = (file) => fs.existsSync(path.join(ROOT, file));

/** Builds those of the named Node targets that are stale, and the native code that they find beside them. */
export async function buildNode(names) {
  NATIVE.forEach(buildNative);
  for (const name of names) {
    if (hasEntry(NODE_TARGETS[name].entry) && !isFresh(name)) await orFail(name, buildNodeTarget(name));
  }
}

/** Builds everything that is stale. */
export async function buildAll({ force = false } = {}) {
  if (force) fs.rmSync(STAMPS, { recursive: true, force: true });
  await buildNode(Object.keys(NODE_TARGETS));
  if (hasEntry("renderer/index.html") && !isFresh("renderer")) {
    await orFail("renderer", buildRenderer());
  }
}

const builtNative = () => NATIVE.map(({ file }) => file).filter(hasEntry);

/** Whether the last build found a C compiler. */
export const hasNative = () => builtNative().length === NATIVE.length;

/** The files of the last build of every Node target, from the project's folder; earlier chunks that lie beside them are none. */
export function builtNodeFiles() {
  const files = Object.keys(NODE_TARGETS).flatMap(
    (name) => JSON.parse(fs.readFileSync(stampFile(name), "utf8")).outputs,
  );
  return [...files, ...builtNative()];
}

function orFail(name, building) {
  return building.catch((error) => {
    throw new SetupError(`${name} does not build: ${error.message}`);
  });
}

if (process.argv[1] === import.meta.filename) {
  const { force } = readArguments("npm run build [-- --force]", { force: { type: "boolean" } }).values;
  const started = performance.now();
  await runScript(async () => {
    await buildAll({ force });
    say(`dist/ is up to date (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    return 0;
  });
}
