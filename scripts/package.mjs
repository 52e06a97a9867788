#!/usr/bin/env node
// Makes release/: the unpacked application with production fuses, proved to start, and its archives. A build on another
// than the official runtime says so in its name, and is refused when RELEASE=1.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { readArguments } from "./arguments.mjs";
import { writeBillOfMaterials } from "./bill-of-materials.mjs";
import { ensureDependencies, ensureSystemPackages, hasDisplay, isRoot, runScript, say, SetupError } from "./setup.mjs";

const ROOT = path.resolve(import.meta.dirname, "..");
const RELEASE = path.join(ROOT, "release");
const UNPACKED = path.join(RELEASE, "linux-unpacked");
/** All that is not bundled into dist/. */
const PACKED_MODULES = ["node-api", "node-bindings", `node-bindings-${process.platform}-${process.arch}`];

readArguments("npm run package");
await runScript(async () => {
  ensureDependencies();
  ensureSystemPackages(["display", ...(hasDisplay() ? [] : ["headless"]), "packaging"]);
  const { buildAll, builtNodeFiles } = await import("./build.mjs");
  const { describeRuntime, ensureRuntime } = await import("./electron-runtime.mjs");
  const runtime = await ensureRuntime();
  const official = runtime.source === "official";
  if (!official && process.env.RELEASE === "1") {
    throw new SetupError(`a release needs the official Electron; this is ${describeRuntime(runtime)}`);
  }
  await buildAll();
  const manifest = stage(runtime, builtNodeFiles());
  pack(runtime);
  await smoke();
  const { distribute } = await import("./dist-linux.mjs");
  for (const { file, mebibytes } of distribute({ ...manifest, official })) say(`${file}  ${mebibytes} MiB`);
  return 0;
});

/** The folder that becomes the asar: the bundles, the database binding, and a manifest that names only that. */
function stage({ electron }, builtFiles) {
  fs.rmSync(RELEASE, { recursive: true, force: true });
  const app = path.join(RELEASE, "app");
  const { name, productName, version, description, author, license, homepage, main, dependencies } = JSON.parse(
    fs.readFileSync(path.join(ROOT, "package.json"), "utf8"),
  );
  const duckdb = "@duckdb/node-api";
  fs.mkdirSync(app, { recursive: true });
  const manifest = { name, productName, version, description, author, license, homepage, main, type: "module" };
  fs.writeFileSync(
    path.join(app, "package.json"),
    JSON.stringify({ ...manifest, dependencies: { [duckdb]: dependencies[duckdb] } }),
  );
  const modules = PACKED_MODULES.map((each) => `node_modules/@duckdb/${each}`);
  for (const each of [...builtFiles, "dist/renderer", ...modules]) {
    fs.cpSync(path.join(ROOT, each), path.join(app, each), { recursive: true });
  }
  writeBillOfMaterials(ROOT, path.join(RELEASE, "notices"), { ...manifest, electron });
  return manifest;
}

function pack({ folder, electron }) {
  say("packing…");
  const args = ["--linux", "dir", "--publish", "never", `-c.electronVersion=${electron}`, `-c.electronDist=${folder}`];
  const done = spawnSync(path.join(ROOT, "node_modules/.bin/electron-builder"), args, {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: "false" },
  });
  if (done.status !== 0) throw new SetupError(`electron-builder failed\n${done.stdout ?? ""}${done.stderr ?? ""}`);
  for (const left of ["app", "notices", "builder-debug.yml"])
    fs.rmSync(path.join(RELEASE, left), { recursive: true, force: true });
}

/** Starts the packed application once on the sample. */
async function smoke() {
  const { XVFB } = await import("./e2e.mjs");
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "assay-package-"));
  const program = [path.join(UNPACKED, "assay-workbench"), `--smoke=${path.join(ROOT, "out/package")}`];
  const options = [`--user-data-dir=${path.join(temporary, "profile")}`, ...(isRoot() ? ["--no-sandbox"] : [])];
  const [command, ...args] = [...(hasDisplay() ? [] : XVFB), ...program, ...options];
  const env = { ...process.env, ASSAY_HOME: path.join(temporary, "home") };
  const done = spawnSync(command, args, { encoding: "utf8", env });
  fs.rmSync(temporary, { recursive: true, force: true });
  if (done.status !== 0) throw new SetupError(`the packed application does not start\n${done.stdout}${done.stderr}`);
  say(`the packed application starts; ${done.stdout.trim()}`);
}
