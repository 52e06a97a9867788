// Runs the application folder named on the command line, as Electron's own default app does. The top-level await holds
// back "ready" until the application's first module has run, so that calls which must precede it are in time.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { app } from "electron";

const argument = process.argv.slice(1).find((value) => !value.startsWith("-"));
if (argument === undefined) {
  console.error("usage: electron [options] <application folder>");
  process.exit(1);
}
try {
  const folder = path.resolve(argument);
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  Object.defineProperty(process, "defaultApp", { value: true, enumerable: true });
  app.setVersion(manifest.version);
  app.name = manifest.productName;
  app.setAppPath(folder);
  await import(pathToFileURL(path.join(folder, manifest.main)).href);
} catch (error) {
  console.error(`cannot start ${argument}`, error);
  process.exit(1);
}
