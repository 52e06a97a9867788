// Bundles core/report/verifier/ into the one self-contained page that travels in every findings package. The result is
// kept in git, because packages are made where no bundler is; a test rebuilds it and compares every byte.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "vite";

import { readArguments } from "./arguments.mjs";

const folder = fileURLToPath(new URL("../core/report/verifier/", import.meta.url));

/** The text of verify.html. */
export async function buildVerifier() {
  const bundle = await build({
    configFile: false,
    logLevel: "error",
    root: folder,
    build: {
      write: false,
      minify: true,
      target: "es2022",
      modulePreload: false,
      lib: { entry: `${folder}page.ts`, formats: ["iife"], name: "verifier" },
    },
  });
  const [output] = Array.isArray(bundle) ? bundle : [bundle];
  // A closing tag inside the script would end it early.
  const script = output.output[0].code.trim().replaceAll("</script", "<\\/script");
  const style = (await readFile(`${folder}page.css`, "utf8")).trim();
  const hashOf = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
  const template = await readFile(`${folder}page.html`, "utf8");
  return template
    .replace("{{script-hash}}", hashOf(script))
    .replace("{{style-hash}}", hashOf(style))
    .replace("<style></style>", () => `<style>${style}</style>`)
    .replace("<script></script>", () => `<script>${script}</script>`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  readArguments("node scripts/build-verifier.mjs");
  await writeFile(`${folder}verify.generated.html`, await buildVerifier());
}
