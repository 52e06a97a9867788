import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { kindOfChosen } from "../../../core/api/chosen-path.ts";
import { createCase } from "../../../core/casefile/open-case.ts";
import { SUMS, SUMS_CMS } from "../../../core/report/package-layout.ts";

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-chosen-"));
  for (const name of ["incident", "named.assay"]) await (await createCase(at(name))).close();
  await symlink(at("incident"), at("link"));
  await rename(at("named.assay"), at("MOVED.ASSAY"));
  for (const name of ["empty", "empty.assay", "EMPTY.Assay", "package", "odd"]) await mkdir(at(name));
  await mkdir(dirname(join(at("package"), SUMS_CMS)));
  for (const name of [SUMS, SUMS_CMS]) await writeFile(join(at("package"), name), "");
  await mkdir(join(at("odd"), "case.duckdb"));
  await writeFile(at("log.jsonl"), "{}\n");
  await writeFile(at("file.assay"), "{}\n");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  ["incident", "case"],
  ["link", "case"],
  ["MOVED.ASSAY", "case"],
  ["incident/", "case"],
])("a folder that holds a case is one, whatever its name: %s", async (name, kind) => {
  expect(await kindOfChosen(at(name))).toBe(kind);
});

test.each(["empty.assay", "EMPTY.Assay"])(
  "a folder named as a case is opened as one, to say that it is none: %s",
  async (name) => {
    expect(await kindOfChosen(at(name))).toBe("case");
  },
);

test.each([
  ["empty", "folder"],
  ["odd", "folder"],
  ["log.jsonl", "file"],
  ["file.assay", "file"],
  ["package", "package"],
  ["nothing", "new"],
  ["nothing.assay", "new"],
])("%s is a %s", async (name, kind) => {
  expect(await kindOfChosen(at(name))).toBe(kind);
});
