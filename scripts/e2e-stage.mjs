// Chromium's sandbox refuses to run as root. A root shell (a container, mostly) therefore tests the application as
// "nobody": from a world-readable copy of what that needs, with a home of its own.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "..");
const NOBODY = "65534";
const SOURCES = [
  "package.json",
  "tsconfig.json",
  "playwright.config.ts",
  "core",
  "electron",
  "renderer",
  "samples",
  "test",
  "dist",
];
/** What tests and bundles load at run time; all else is in dist/ already. */
const RUNTIME_PACKAGES = ["@playwright/test", "@axe-core/playwright", "@duckdb/node-api", "age-encryption"];

/** Copies application, tests and runtime; returns how to run a command there and how to bring its results back. */
export function stageForNobody(runtime) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "assay-stage-"));
  const project = path.join(folder, "project");
  const runtimeFolder = path.join(folder, "runtime");
  const home = path.join(folder, "home");
  fs.chmodSync(folder, 0o755);
  for (const source of SOURCES.filter((each) => fs.existsSync(path.join(ROOT, each)))) copy(source, project);
  for (const name of packagesBelow(RUNTIME_PACKAGES)) {
    copy(path.join("node_modules", name), project);
  }
  fs.cpSync(runtime.folder, runtimeFolder, { recursive: true });
  for (const made of [home, path.join(project, "out")]) fs.mkdirSync(made, { recursive: true });
  run("chown", ["-R", NOBODY, home, path.join(project, "out")]);
  run("chmod", ["-R", "a+rX", folder]);
  const sandbox = sandboxFor(runtimeFolder);
  const isolated = spawnSync(...withoutNetwork(["true"])).status === 0;
  return {
    project,
    sandbox,
    isolated,
    executable: path.join(runtimeFolder, path.relative(runtime.folder, runtime.executable)),
    environment: {
      PATH: process.env.PATH,
      LANG: "C.UTF-8",
      HOME: home,
      TMPDIR: home,
      XDG_CONFIG_HOME: path.join(home, "config"),
      XDG_CACHE_HOME: path.join(home, "cache"),
      XDG_DATA_HOME: path.join(home, "data"),
      XDG_RUNTIME_DIR: home,
    },
    asNobody: (command) => (isolated ? withoutNetwork(asNobody(command)).flat() : asNobody(command)),
    collect() {
      fs.cpSync(path.join(project, "out"), path.join(ROOT, "out"), { recursive: true, force: true });
    },
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

const asNobody = (command) => ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", ...command];

/** Runs a command where there is no network but this machine's own loopback, which the test driver talks over. */
const withoutNetwork = (command) => [
  "unshare",
  ["--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", ...command],
];

/** How Chromium can be sandboxed here: user namespaces, else a set-uid helper, else not at all. */
function sandboxFor(runtimeFolder) {
  const [command, ...args] = asNobody(["unshare", "-Ur", "true"]);
  if (spawnSync(command, args).status === 0) return "user namespaces";
  const noNewPrivileges = /^NoNewPrivs:\s+1$/m.test(fs.readFileSync("/proc/self/status", "utf8"));
  const mount = spawnSync("findmnt", ["-no", "OPTIONS", "-T", runtimeFolder], { encoding: "utf8" });
  if (noNewPrivileges || mount.status !== 0 || mount.stdout.split(",").includes("nosuid")) return "none";
  const helper = path.join(runtimeFolder, "chrome-sandbox");
  run("chown", ["0:0", helper]);
  fs.chmodSync(helper, 0o4755);
  return "set-uid helper";
}

function packagesBelow(names) {
  const found = new Set();
  const add = (name) => {
    if (found.has(name) || !fs.existsSync(path.join(ROOT, "node_modules", name))) return;
    found.add(name);
    const { dependencies = {}, optionalDependencies = {} } = manifest(path.join("node_modules", name));
    for (const below of Object.keys({ ...dependencies, ...optionalDependencies })) add(below);
  };
  names.forEach(add);
  return found;
}

function manifest(folder) {
  return JSON.parse(fs.readFileSync(path.join(ROOT, folder, "package.json"), "utf8"));
}

function copy(source, project) {
  fs.cpSync(path.join(ROOT, source), path.join(project, source), { recursive: true });
}

function run(command, args) {
  const done = spawnSync(command, args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${done.stderr || done.error}`);
}
