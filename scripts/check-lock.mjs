// Every optional (platform) dependency must be in the lockfile, or "npm ci" fails with EUSAGE.
import fs from "node:fs";
const p = JSON.parse(fs.readFileSync("package-lock.json", "utf8")).packages;
const have = new Set(Object.keys(p).map((k) => k.split("node_modules/").at(-1)));
const bad = Object.entries(p).flatMap(([k, v]) =>
  Object.keys(v.optionalDependencies ?? {})
    .filter((o) => !have.has(o))
    .map((o) => `${k} -> ${o}`),
);
console.log(bad.length ? `missing from the lockfile:\n${bad.join("\n")}` : "lockfile complete");
process.exit(bad.length ? 1 : 0);
