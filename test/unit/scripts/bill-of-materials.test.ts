import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { writeBillOfMaterials } from "../../../scripts/bill-of-materials.mjs";

const ROOT = resolve(import.meta.dirname, "../../..");

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly object[];
  readonly hashes?: readonly { readonly content: string }[];
}

let folder: string;
let components: readonly Component[];
let notices: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-notices-"));
  writeBillOfMaterials(ROOT, folder, { name: "assay", version: "1.2.3", license: "MIT", electron: "40.0.0" });
  const bom = JSON.parse(await readFile(join(folder, "sbom.cdx.json"), "utf8")) as { components: Component[] };
  components = bom.components;
  notices = await readFile(join(folder, "THIRD-PARTY-NOTICES.txt"), "utf8");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("every production dependency is listed with the version that is pinned, its licence and its digest", async () => {
  const { dependencies } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
    dependencies: Readonly<Record<string, string>>;
  };
  for (const [name, version] of Object.entries(dependencies)) {
    const component = components.find((one) => one.name === name && one.version === version);
    expect(component, name).toBeDefined();
    expect(component?.purl).toBe(`pkg:npm/${name.replace("@", "%40")}@${version}`);
    expect(component?.hashes?.[0]?.content).toMatch(/^[0-9a-f]{128}$/);
    expect(notices).toContain(`\n${name} ${version} (`);
  }
});

test("what only builds and tests the program is not listed, Electron is", () => {
  const names = components.map((component) => component.name);
  expect(names).toContain("electron");
  for (const tool of ["vitest", "eslint", "typescript", "electron-builder"]) expect(names).not.toContain(tool);
});
