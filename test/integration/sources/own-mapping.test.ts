import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

let bench: CaseBench;
beforeAll(async () => {
  bench = await caseBench();
});
afterAll(() => bench.remove());

const MAPPING = `name: acme
records: { array: response.items }
time: { from: at, formats: [{ pattern: "%d/%b/%Y:%H:%M:%S" }] }
columns:
  principal: [who.mail, who]
  action: { join: [kind, op], with: ".", all: true }
  principalKind: { path: who.kind, words: { 1: person } }
  service: { constant: gateway }
outcome:
  - { path: code, oneOf: [403], outcome: denied }
  - { path: code, atLeast: 400, outcome: failure }
  - { path: code, noneOf: [0], outcome: success }
`;
const DOCUMENT = JSON.stringify({
  response: {
    items: [
      { at: "10/Oct/2025:13:55:36", who: { mail: "a@example.com", kind: 1 }, kind: "key", op: "add", code: 403 },
      { at: "10/Oct/2025:13:55:37", who: "svc", kind: "key", code: 200 },
      { other: 1 },
    ],
  },
});

describe("a mapping of the examiner's", () => {
  test("maps records that nothing else knows, and is kept with the case", async () => {
    const { caseFile, custody } = bench.session;
    const path = join(bench.folder, "acme.json");
    await writeFile(path, DOCUMENT);
    const result = await importEvidence(bench.session, path, { mapping: { file: "acme.yaml", text: MAPPING } });
    expect(result).toMatchObject({
      source: { name: "acme" },
      records: 3,
      problems: [{ code: "record-unmapped", line: 1, offset: DOCUMENT.indexOf('{"other"') }],
    });
    const rows = await caseFile.query(sql`SELECT time, principal, principal_kind, action, service, outcome FROM event`);
    expect(rows).toEqual([
      {
        time: 1_760_104_536_000_000_000n,
        principal: "a@example.com",
        principal_kind: "person",
        action: "key.add",
        service: "gateway",
        outcome: "denied",
      },
      {
        time: 1_760_104_537_000_000_000n,
        principal: "svc",
        principal_kind: null,
        action: null,
        service: "gateway",
        outcome: "success",
      },
      { time: null, principal: null, principal_kind: null, action: null, service: null, outcome: null },
    ]);
    expect(await caseFile.query(sql`SELECT * FROM exhibit_mapping`)).toEqual([{ exhibit: 1, text: MAPPING }]);
    const entries = await custody.entries(0, custody.length);
    expect(JSON.stringify(entries.at(-1))).toMatch(/sha256:[0-9a-f]{64}/);
  });

  test("that cannot be used is refused with line and column, before anything is loaded", async () => {
    const path = join(bench.folder, "acme.json");
    const mapping = { file: "bad.yaml", text: "name: bad\ntime: { from: a }\ncolumns: { action: 1..2 }\n" };
    const importing = importEvidence(bench.session, path, { mapping });
    await expect(importing).rejects.toMatchObject({
      kind: "not-ready",
      code: "bad-mapping",
      details: { file: "bad.yaml", line: 3 },
    });
    await expect(importing).rejects.toThrow("line 3, column 20");
  });

  test("and a source cannot both be chosen", async () => {
    const path = join(bench.folder, "acme.json");
    const choice = { source: "okta", mapping: { file: "acme.yaml", text: MAPPING } };
    await expect(importEvidence(bench.session, path, choice)).rejects.toMatchObject({ code: "source-and-mapping" });
  });
});
