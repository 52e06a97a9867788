#!/usr/bin/env node
// Finds, downloads or provisions the Electron runtime for development, tests and packaging.
//
//   ELECTRON_RUNTIME=auto|official|fallback    which one (default auto)
//   ELECTRON_OVERRIDE_DIST_PATH=<folder>       an unpacked Electron, used as it is
//
// auto takes the first of: the override, the official one in node_modules, a cached fallback, the official download,
// a newly fetched fallback.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

import { readArguments } from "./arguments.mjs";
import { FALLBACK, installedFallback, isFallbackFolder, provisionFallback } from "./fallback-runtime.mjs";
import { runScript, say, SetupError } from "./setup.mjs";

const PACKAGE = path.resolve(import.meta.dirname, "../node_modules/electron");
const DOWNLOAD_TIMEOUT_MS = 15 * 60_000;
const EXECUTABLES = { win32: "electron.exe", darwin: "Electron.app/Contents/MacOS/Electron" };
const executableIn = (folder) => path.join(folder, EXECUTABLES[process.platform] ?? "electron");

/** An Electron that can be started: `{ source: "official" | "fallback" | "override", folder, executable, electron }`. */
export async function ensureRuntime() {
  const mode = process.env.ELECTRON_RUNTIME || "auto";
  if (!["auto", "official", "fallback"].includes(mode)) {
    throw new SetupError(`ELECTRON_RUNTIME: expected auto, official or fallback, found ${JSON.stringify(mode)}`);
  }
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) return overriddenRuntime(path.resolve(override));
  if (mode === "fallback") return installedFallback() ?? (await provisionFallback());
  const official = installedOfficial();
  if (official) return official;
  if (mode === "auto") return installedFallback() ?? downloadOfficial() ?? (await provisionFallback());
  const downloaded = downloadOfficial();
  if (!downloaded) throw new SetupError("the official Electron is not to be had here");
  return downloaded;
}

/** One line for people, with a warning where it is due. */
export function describeRuntime({ source, electron }) {
  if (source !== "fallback") return `Electron ${electron} (${source})`;
  return `Electron ${electron} (unofficial fallback from ${FALLBACK.spec}, Chromium ${FALLBACK.chrome}: for development and tests only, it gets no security fixes)`;
}

/** Libraries that the runtime wants and this system lacks. */
export function missingLibraries({ executable }) {
  if (process.platform !== "linux") return [];
  const listed = spawnSync("ldd", [executable], { encoding: "utf8" }).stdout ?? "";
  return [...listed.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
}

function overriddenRuntime(folder) {
  const executable = executableIn(folder);
  if (!fs.existsSync(executable)) throw new SetupError(`ELECTRON_OVERRIDE_DIST_PATH: no Electron in ${folder}`);
  return {
    source: isFallbackFolder(folder) ? "fallback" : "override",
    folder,
    executable,
    electron: readVersion(folder) ?? "of unknown version",
  };
}

function installedOfficial() {
  const { version } = JSON.parse(fs.readFileSync(path.join(PACKAGE, "package.json"), "utf8"));
  const folder = path.join(PACKAGE, "dist");
  const executable = executableIn(folder);
  if (readVersion(folder) !== version || !fs.existsSync(executable)) return null;
  return { source: "official", folder, executable, electron: version };
}

function readVersion(folder) {
  const file = path.join(folder, "version");
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().replace(/^v/, "") : undefined;
}

function downloadOfficial() {
  say("downloading the official Electron…");
  const script = path.join(PACKAGE, "install.js");
  const done = spawnSync(process.execPath, [script], { encoding: "utf8", timeout: DOWNLOAD_TIMEOUT_MS });
  if (done.status === 0) return installedOfficial();
  // A download that arrived with the wrong bytes is an alarm, not a reason to take something else.
  if (/checksum/i.test(done.stderr ?? "")) {
    throw new SetupError("the downloaded Electron does not match the checksum in its package; nothing else is taken");
  }
  const reason = (done.stderr ?? "").split("\n").find((line) => /error|E[A-Z]{4,}/i.test(line));
  say(`not reachable: ${(reason ?? String(done.error ?? `exit ${done.status}`)).trim().slice(0, 160)}`);
  return null;
}

if (process.argv[1] === import.meta.filename) {
  readArguments("node scripts/electron-runtime.mjs");
  await runScript(async () => {
    say(describeRuntime(await ensureRuntime()));
    return 0;
  });
}
