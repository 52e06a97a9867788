#!/usr/bin/env node
// Measures the frames of the running application while it scrolls, brushes, zooms, searches and sorts: node bench/frames.mjs [--events 1000000]
// [--case <folder>]. Without a case it makes one of as many events. Prints the longest frame, the 99th percentile and how
// many took more than 100 ms, and writes out/frames.json. Figures of a busy machine mean little.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { runnerImport } from "vite";

import { readArguments, refuse } from "../scripts/arguments.mjs";
import { buildAll } from "../scripts/build.mjs";
import { XVFB } from "../scripts/e2e.mjs";
import { ensureRuntime } from "../scripts/electron-runtime.mjs";
import { hasDisplay, isRoot } from "../scripts/setup.mjs";

const root = path.resolve(import.meta.dirname, "..");
const USAGE = "node bench/frames.mjs [--events 1000000] [--case <folder>]";
const { values } = readArguments(USAGE, {
  events: { type: "string", default: "1000000" },
  case: { type: "string" },
});
const events = Number(values.events);
if (!Number.isInteger(events) || events <= 0) refuse(USAGE, "--events expects a whole number above 0");
if (process.platform === "linux" && !hasDisplay()) {
  const [command, ...wrapper] = XVFB;
  const again = [...wrapper, process.execPath, import.meta.filename, ...process.argv.slice(2)];
  process.exit(spawnSync(command, again, { stdio: "inherit" }).status ?? 1);
}

await buildAll();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "assay-frames-"));
try {
  const caseFolder = values.case ? path.resolve(values.case) : await makeCase(events);
  const report = await measure(caseFolder);
  console.log(`${report.rows} rows, load ${os.loadavg()[0].toFixed(1)}, ${os.availableParallelism()} threads`);
  fs.mkdirSync(path.join(root, "out"), { recursive: true });
  fs.writeFileSync(
    path.join(root, "out/frames.json"),
    `${JSON.stringify({ load: os.loadavg(), ...report }, null, 2)}\n`,
  );
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}

async function makeCase(events) {
  const options = { root, configFile: false, logLevel: "warn" };
  const { module } = await runnerImport(path.join(root, "bench/dataset.ts"), options);
  const { bundle } = await module.makeDataset(folder, events);
  const made = path.join(folder, "frames.assay");
  const args = [path.join(root, "dist/node/cli.mjs"), "import", bundle, "--case", made];
  const env = { ...process.env, ASSAY_HOME: path.join(folder, "home") };
  const { status } = spawnSync(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"], env });
  if (status !== 0) throw new Error(`import ended with ${status}`);
  return made;
}

async function measure(caseFolder) {
  const { _electron } = await import("@playwright/test");
  const { executable } = await ensureRuntime();
  const app = await _electron.launch({
    executablePath: executable,
    args: [
      root,
      `--user-data-dir=${path.join(folder, "profile")}`,
      ...(isRoot() ? ["--no-sandbox"] : []),
      `--open=${caseFolder}`,
    ],
    env: { ...process.env, ASSAY_HOME: path.join(folder, "home") },
  });
  try {
    const page = await app.firstWindow();
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.waitForSelector('body[data-screen="verify"]', { state: "attached", timeout: 120_000 });
    await page.keyboard.press("Control+3");
    const grid = page.getByRole("grid", { name: "Events" });
    await grid.waitFor({ timeout: 120_000 });
    // What lets a large case answer quickly is made first, where it is not there yet.
    await page.waitForSelector('body[data-settled="true"]', { state: "attached", timeout: 300_000 });
    const rows = Number(await grid.getAttribute("aria-rowcount")) - 1;
    const place = await page.locator(".grid-frame").boundingBox();
    const strip = await page.locator("#time-strip").boundingBox();
    const runs = [
      await timed(page, "wheel", async () => {
        await page.mouse.move(place.x + 200, place.y + 200);
        for (let turn = 0; turn < 120; turn += 1) await page.mouse.wheel(0, 480);
      }),
      await timed(page, "scroll bar", () => drag(page, place.x + place.width - 4, place.y + 30, 0, place.height - 80)),
      await timed(page, "keys", async () => {
        await page.locator(".grid-frame").focus();
        for (let press = 0; press < 120; press += 1) await page.keyboard.press("j");
      }),
      await timed(page, "brush", () => drag(page, strip.x + 200, strip.y + 40, 400, 0)),
      await timed(page, "zoom and pan", async () => {
        await page.mouse.move(strip.x + 300, strip.y + 40);
        for (let turn = 0; turn < 40; turn += 1) await page.mouse.wheel(0, turn < 20 ? -120 : 120);
      }),
      await timed(page, "a word", () => ask(page, "person-77")),
      await timed(page, "every row again", () => ask(page, "")),
      await timed(page, "sort", () => page.locator(".grid-head button", { hasText: "Principal" }).click()),
      await timed(page, "scroll while sorting", async () => {
        await page.locator(".grid-head button", { hasText: "Action" }).click();
        await page.mouse.move(place.x + 200, place.y + 200);
        for (let turn = 0; turn < 60; turn += 1) await page.mouse.wheel(0, 480);
        // In a small case the sort is over by then.
        await page
          .getByRole("button", { name: "Cancel" })
          .click({ timeout: 1_000 })
          .catch(() => undefined);
      }),
    ];
    return { rows, runs };
  } finally {
    await app.close();
  }
}

async function ask(page, text) {
  await page.locator("#timeline-query").fill(text);
  await page.keyboard.press("Enter");
}

async function drag(page, x, y, dx, dy) {
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 1; step <= 60; step += 1) await page.mouse.move(x + (dx * step) / 60, y + (dy * step) / 60);
  await page.mouse.up();
}

/** The distances between animation frames of the page while `act` goes on and until its answers are drawn. */
async function timed(page, name, act) {
  await page.evaluate(() => {
    const frames = [];
    let last = performance.now();
    const tick = (now) => {
      frames.push(now - last);
      last = now;
      globalThis.benchTick = globalThis.requestAnimationFrame(tick);
    };
    globalThis.benchFrames = frames;
    globalThis.benchTick = globalThis.requestAnimationFrame(tick);
  });
  await act();
  await page.waitForSelector('body[data-settled="true"]', { state: "attached", timeout: 120_000 });
  const frames = await page.evaluate(() => {
    globalThis.cancelAnimationFrame(globalThis.benchTick);
    return globalThis.benchFrames;
  });
  const sorted = [...frames].sort((left, right) => left - right);
  const longest = sorted.at(-1) ?? 0;
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
  const over100 = frames.filter((length) => length > 100).length;
  const load = os.loadavg()[0];
  // Said at once, so that a run that is stopped has told what it measured.
  const figures = `${longest.toFixed(0)} ms longest, ${p99.toFixed(0)} ms p99, ${over100} of ${frames.length} over 100 ms`;
  console.log(`${name.padEnd(24)}${figures}, load ${load.toFixed(1)}`);
  return { name, frames: frames.length, longest, p99, over100, load };
}
