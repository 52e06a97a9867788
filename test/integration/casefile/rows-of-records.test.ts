import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { assertRowsOfRecords } from "../../../core/casefile/rows-of-records.ts";
import { identifier, sql } from "../../../core/casefile/sql.ts";
import { caseBench, type CaseBench } from "./import-support.ts";

let bench: CaseBench;
beforeAll(async () => {
  bench = await caseBench();
});
afterAll(() => bench.remove());

const TRAIL = [0, 1, 2].map((id) => ({
  eventVersion: "1.08",
  eventTime: `2026-01-02T03:04:0${id}Z`,
  eventName: "CreateUser",
  eventSource: "iam.amazonaws.com",
  userIdentity: { type: "IAMUser", userName: "ann", arn: "arn:aws:iam::111122223333:user/ann" },
  eventID: `e-${id}`,
}));
const lowerCase = (record: object): object =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value as unknown]));

const MAPPING = `name: acme
records: { array: items }
time: { from: at }
columns: { principal: [who], action: [what] }
`;

const EVIDENCE = [
  { name: "trail.json", text: JSON.stringify({ Records: TRAIL }, null, 2) },
  { name: "lake.jsonl", text: TRAIL.map((record) => JSON.stringify(lowerCase(record))).join("\n") },
  { name: "table.csv", text: 'time,user,action\n2026-01-02T03:04:05Z,"a ""b""",x\nnever,,\n' },
  { name: "odd.jsonl", text: `${JSON.stringify(TRAIL[0])}\n{"a\n\n[1]\n${JSON.stringify(TRAIL[1])}\r\n` },
  {
    name: "own.json",
    text: JSON.stringify({ items: [{ at: "2026-01-02T03:04:05Z", who: "ann", what: "x" }, { other: 1 }] }),
    mapping: { file: "acme.yaml", text: MAPPING },
  },
] as const;

describe.each(EVIDENCE)("rows of $name", ({ name, text, ...given }) => {
  let seqs: readonly number[];
  beforeAll(async () => {
    const path = join(bench.folder, name);
    await writeFile(path, text);
    const first = bench.session.caseFile.events;
    const { records } = await importEvidence(bench.session, path, given);
    seqs = Array.from({ length: records }, (_, position) => first + position);
  });

  test("are what their records give when they are mapped again", async () => {
    await expect(assertRowsOfRecords(bench.session.caseFile, seqs)).resolves.toBeUndefined();
  });

  test.each(["principal", "action", "time_recorded", "source"])(
    "are told when their %s was changed",
    async (column) => {
      const { caseFile } = bench.session;
      const at = seqs[0] ?? -1;
      const name = identifier(column);
      const [row] = await caseFile.query(sql`SELECT ${name} AS before FROM event WHERE seq = ${at}`);
      const set = (value: string) =>
        caseFile.transaction((session) => session.run(sql`UPDATE event SET ${name} = ${value} WHERE seq = ${at}`));
      await set("mallory");
      const located = await caseFile.locate(at);
      await expect(assertRowsOfRecords(caseFile, seqs)).rejects.toMatchObject({
        code: "row-altered",
        message: `the row of event ${at} does not hold what its record has: ${column} was changed in the case`,
        details: { file: located.file, line: located.line, offset: located.offset },
      });
      await set(String(row?.["before"]));
    },
  );
});
