// Set-up that every command does for itself, so that each may be the first one typed in a fresh clone. Until
// ensureDependencies() has returned, only Node's own modules may be imported.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "..");

/** What the window needs on Debian, and how its absence shows. */
const DISPLAY_NEEDS = [
  { debianPackage: "libgtk-3-0", library: "libgtk-3.so.0" },
  { debianPackage: "libnss3", library: "libnss3.so" },
  { debianPackage: "libasound2", library: "libasound.so.2" },
  { debianPackage: "libgbm1", library: "libgbm.so.1" },
];
const HEADLESS_NEEDS = [
  { debianPackage: "xvfb", command: "xvfb-run" },
  { debianPackage: "xvfb", command: "Xvfb" },
  { debianPackage: "xauth", command: "xauth" },
];
/** Tools that the tests run as a stranger would, on a findings package. */
const CHECKING_NEEDS = [
  { debianPackage: "poppler-utils", command: "pdfsig" },
  { debianPackage: "openssl", command: "openssl" },
  { debianPackage: "coreutils", command: "sha256sum" },
];
const PACKAGING_NEEDS = [
  { debianPackage: "tar", command: "tar" },
  { debianPackage: "zip", command: "zip" },
  { debianPackage: "dpkg", command: "dpkg-deb" },
];

/** npm's own patience keeps a person without network waiting for minutes. */
const SHORT_RETRIES = { npm_config_fetch_retry_mintimeout: "1000", npm_config_fetch_retry_maxtimeout: "5000" };
const UNREACHABLE = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT)\b/;

export const hasDisplay = () => Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
export const isRoot = () => process.getuid?.() === 0;

/** A set-up step that cannot be done here; the message says what the person has to type. */
export class SetupError extends Error {}

/** Installs the locked dependencies when node_modules is missing or does not hold what the lockfile names. */
export function ensureDependencies() {
  if (dependenciesMatchLock()) return;
  say("installing dependencies (npm ci)…");
  const [command, ...args] = npmCommand();
  const done = spawnSync(command, [...args, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, npm_config_loglevel: "error", ...SHORT_RETRIES },
  });
  if (done.status === 0) return;
  const said = `${done.stdout ?? ""}${done.stderr ?? done.error ?? ""}`;
  const advice = UNREACHABLE.test(said) ? "the first set-up needs the network, later ones do not" : "npm ci failed";
  throw new SetupError(`the dependencies could not be installed: ${advice}\n${said}`);
}

/** npm leaves its own record of what it installed; the other platforms' optional packages are rightly absent from it. */
function dependenciesMatchLock() {
  try {
    const wanted = readPackages("package-lock.json");
    const installed = readPackages("node_modules/.package-lock.json");
    return Object.entries(wanted).every(
      ([location, { version, optional }]) =>
        location === "" || optional === true || installed[location]?.version === version,
    );
  } catch {
    return false;
  }
}

function readPackages(file) {
  return JSON.parse(fs.readFileSync(path.join(ROOT, file), "utf8")).packages;
}

/** npm as it was started, or the one on the PATH. */
export function npmCommand() {
  const running = process.env.npm_execpath;
  return running?.endsWith(".js") ? [process.execPath, running] : ["npm"];
}

/**
 * Installs the system libraries and tools that the named purposes ("display", "headless", "checking", "packaging") lack:
 * by apt-get when root on a Debian system, otherwise by telling the one command to type.
 */
export function ensureSystemPackages(purposes) {
  if (process.platform !== "linux") return;
  const needs = {
    display: DISPLAY_NEEDS,
    headless: HEADLESS_NEEDS,
    checking: CHECKING_NEEDS,
    packaging: PACKAGING_NEEDS,
  };
  const missing = missingPackages(purposes.flatMap((purpose) => needs[purpose]));
  if (missing.length === 0) return;
  const install = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  if (!isRoot() || !hasCommand("apt-get")) {
    throw new SetupError(`missing on this system: ${missing.join(", ")}\n  on Debian or Ubuntu: sudo ${install}`);
  }
  say(`installing ${missing.join(", ")} (apt-get)…`);
  for (const args of [["update"], install.split(" ").slice(1)]) {
    const done = spawnSync("apt-get", args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (done.status !== 0) throw new SetupError(`apt-get ${args.join(" ")} failed\n${done.stderr ?? ""}`);
  }
}

function missingPackages(needs) {
  const libraries = installedLibraries();
  const isThere = (need) => (need.command ? hasCommand(need.command) : libraries.includes(need.library));
  return [...new Set(needs.filter((need) => !isThere(need)).map((need) => need.debianPackage))];
}

function installedLibraries() {
  const listed = spawnSync("ldconfig", ["-p"], { encoding: "utf8", env: { PATH: systemPath() } });
  return [...(listed.stdout ?? "").matchAll(/^\s+(\S+) \(/gm)].map((match) => match[1]);
}

function hasCommand(name) {
  return systemPath()
    .split(":")
    .some((folder) => fs.existsSync(path.join(folder, name)));
}

const systemPath = () => `${process.env.PATH ?? ""}:/usr/sbin:/sbin`;

/** Runs a command's main function; what cannot be set up is told in plain words and ends with `failureCode`. */
export async function runScript(main, failureCode = 1) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = failureCode;
  }
}

export function say(text) {
  process.stderr.write(`[assay] ${text}\n`);
}
