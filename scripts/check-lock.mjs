// Tells whether the lockfile is complete: every optional (platform) dependency that a package names needs an entry, or
// "npm ci" fails on it although "npm install" passed.
import fs from "node:fs";
import path from "node:path";

import { readArguments } from "./arguments.mjs";

readArguments("node scripts/check-lock.mjs");
const lockfile = path.resolve(import.meta.dirname, "../package-lock.json");
const packages = JSON.parse(fs.readFileSync(lockfile, "utf8")).packages;
const present = new Set(Object.keys(packages).map((location) => location.split("node_modules/").at(-1)));
const missing = Object.entries(packages).flatMap(([location, { optionalDependencies = {} }]) =>
  Object.keys(optionalDependencies)
    .filter((name) => !present.has(name))
    .map((name) => `${location} -> ${name}`),
);
console.log(missing.length > 0 ? `missing from the lockfile:\n${missing.join("\n")}` : "lockfile complete");
process.exitCode = missing.length > 0 ? 1 : 0;
