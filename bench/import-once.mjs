// Imports one bundle of the bench in a process of its own, for bench/measure.ts: node bench/import-once.mjs <bundle> <new case>.
// Prints what was measured as JSON.
import path from "node:path";

import { runnerImport } from "vite";

const root = path.resolve(import.meta.dirname, "..");
const [bundle, folder] = process.argv.slice(2);
const options = { root, configFile: false, logLevel: "warn" };
const { module } = await runnerImport(path.join(root, "bench/import-once.ts"), options);
console.log(JSON.stringify(await module.importOnce(bundle, folder)));
