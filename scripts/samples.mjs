#!/usr/bin/env node
// Regenerates the sample bundle and its key, and the CloudTrail exports: npm run samples [-- <folder>]
import fs from "node:fs";
import path from "node:path";

import { runnerImport } from "vite";

import { readArguments } from "./arguments.mjs";

const root = path.resolve(import.meta.dirname, "..");
const [given = path.join(root, "samples/bundles")] = readArguments("npm run samples [-- <folder>]", {}, 1).operands;
const folder = path.resolve(process.env.INIT_CWD ?? process.cwd(), given);
fs.mkdirSync(folder, { recursive: true });
const options = { root, configFile: false, logLevel: "warn" };
const { module } = await runnerImport(path.join(root, "samples/build.ts"), options);
const { module: stamps } = await runnerImport(path.join(root, "samples/self-test-stamps.ts"), options);
await stamps.stampSelfTest();
const summary = await module.buildSample(folder);
console.log(`${summary.records} records in ${summary.segments} segments, tree size ${summary.treeSize}`);
console.log(`root ${summary.rootHash}`);
const { module: exports } = await runnerImport(path.join(root, "samples/cloudtrail.ts"), options);
const variants = await exports.buildCloudTrailSamples(path.join(folder, "cloudtrail"));
console.log(`CloudTrail exports: ${variants.join(", ")}`);
