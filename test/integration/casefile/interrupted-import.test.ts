import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { interruptImport } from "../../support/interrupted-import.ts";
import { caseBench, type CaseBench } from "./import-support.ts";

const MAPPING = `name: gateway
time: { from: [when], formats: [rfc3339] }
columns: { principal: who, action: what }
`;
const OTHER_MAPPING = MAPPING.replace("what", "how");
const LINES = `{"when":"2026-09-01T00:00:00Z","who":"ada","what":"read","how":"get"}\n`;

let bench: CaseBench;
beforeEach(async () => {
  bench = await caseBench();
});
afterEach(() => bench.remove());

async function folderOf(name: string, content: string): Promise<string> {
  const folder = join(bench.folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "log.jsonl"), content);
  return folder;
}

async function actionsOfRows(): Promise<readonly unknown[]> {
  const rows = await bench.session.caseFile.query(sql`SELECT action FROM timeline_event ORDER BY seq`);
  return rows.map(({ action }) => action);
}

describe("the mapping of an interrupted import", () => {
  const file = (name: string): string => join(bench.folder, name);

  async function interruptFile(): Promise<string> {
    const path = file("log.jsonl");
    await writeFile(path, LINES);
    const sha256 = createHash("sha256").update(LINES).digest("hex");
    await interruptImport(bench.session.caseFile, {
      label: "log.jsonl",
      byteLength: LINES.length,
      sha256,
      path,
      mapping: MAPPING,
    });
    return path;
  }

  test("is taken again for the same file, wherever it lies", async () => {
    await interruptFile();
    const moved = join(await folderOf("moved", LINES), "log.jsonl");
    expect(await importEvidence(bench.session, moved, { resume: true })).toMatchObject({ source: { name: "gateway" } });
    expect(await actionsOfRows()).toEqual(["read"]);
  });

  test.each([
    ["of another name", "other.jsonl", LINES],
    ["of the same name and length", "other/log.jsonl", LINES.replace("ada", "bob")],
  ])("is not taken for a file %s", async (_, name, content) => {
    await interruptFile();
    await mkdir(file("other"));
    await writeFile(file(name), content);
    const { source } = await importEvidence(bench.session, file(name), { resume: true });
    expect(source.name).toBe("jsonl");
    const journal = await readFile(bench.session.caseFile.folder.custody, "utf8");
    expect(journal).toContain("exhibit.import-discarded");
  });

  test("is taken again for a folder where it lay, and not for its like elsewhere", async () => {
    const path = await folderOf("logs", LINES);
    await interruptImport(bench.session.caseFile, {
      label: "logs",
      byteLength: LINES.length,
      path,
      mapping: MAPPING,
    });
    const elsewhere = await folderOf("elsewhere/logs", LINES);
    await expect(importEvidence(bench.session, elsewhere, { resume: "only" })).rejects.toMatchObject({
      kind: "usage",
      code: "not-the-interrupted-import",
    });
    const { source } = await importEvidence(bench.session, path, { resume: "only" });
    expect(source.name).toBe("gateway");
  });

  test("gives way to one that is named now", async () => {
    const path = await interruptFile();
    await importEvidence(bench.session, path, { resume: true, mapping: { file: "own.yaml", text: OTHER_MAPPING } });
    expect(await actionsOfRows()).toEqual(["get"]);
  });
});
