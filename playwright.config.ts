import { defineConfig } from "@playwright/test";

/** Run by scripts/e2e.mjs, which gives every test a real application to drive. */
export default defineConfig({
  testDir: "test/e2e",
  outputDir: "out/e2e",
  timeout: 60_000,
  // Each test has a window, a worker and a database of its own; more than two at once only slow each other down.
  workers: 2,
  reporter: process.env["ASSAY_E2E_RESULTS"]
    ? [["list"], ["json", { outputFile: process.env["ASSAY_E2E_RESULTS"] }]]
    : [["list"]],
});
