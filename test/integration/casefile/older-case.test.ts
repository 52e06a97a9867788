// Cases of earlier versions: their schema is made by the scripts of that version alone (test/support/older-case.ts).
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { openCase } from "../../../core/casefile/open-case.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { type CustodyEntry } from "../../../core/model/custody.ts";
import { startApplication } from "../../support/application.ts";
import { inTemporaryFolder } from "../../support/custody-fixture.ts";
import { giveOlderSchema, newestSchema } from "../../support/older-case.ts";
import { ocsfLines } from "../cli/cli-bench.ts";

const NEWEST = await newestSchema();
const OLDER = Array.from({ length: NEWEST - 1 }, (_, index) => index + 1);

const DRAFT = {
  title: "A read",
  statement: "A record names ReadVault.",
  class: "fact" as const,
  events: [1],
  basis: "the record",
  uncertainty: "the clock",
  propositions: [],
  alternatives: [],
  strength: "" as const,
};

/** A case with five events and a finding, as the version of this schema would have left it. */
async function olderCase(folder: string, version: number): Promise<string> {
  const root = join(folder, "a.assay");
  const log = join(folder, "log.jsonl");
  await writeFile(log, ocsfLines(0, 5));
  const { client, grant, close } = startApplication(join(folder, "home"));
  await client.call("case.create", { grant: grant(root) });
  await client.call("evidence.import", { grant: grant(log) });
  await client.call("finding.add", { finding: DRAFT });
  await close();
  await giveOlderSchema(root, version);
  return root;
}

const migrations = (entries: readonly CustodyEntry[]): unknown =>
  entries.filter(({ action }) => action === "case.migrated").map(({ params }) => params);

test.each(OLDER)(
  "a case of schema %d is worked on as one of today, and its journal says that it was migrated",
  async (version) => {
    await inTemporaryFolder(async (folder) => {
      const root = await olderCase(folder, version);
      const { client, grant, close } = startApplication(join(folder, "home"));
      const opened = await client.call("case.open", { grant: grant(root) });
      expect(opened).toMatchObject({ events: 5, findings: 1, verdict: "not-verifiable" });
      const question = { query: "outcome:failure", from: null, to: null, logRecords: false, copies: false };
      expect(await client.call("timeline.query", question)).toMatchObject({ matching: 2 });
      expect(JSON.parse((await client.call("event.read", { seq: 3 })).raw)).toMatchObject({ metadata: { uid: "e3" } });
      expect(await client.call("event.prove", { seq: 3 })).toMatchObject({ verdict: "not-verifiable" });
      await client.call("triage.mark", { target: { seqs: [1] }, mark: "keep" });
      await client.call("identity.resolve", undefined);
      await client.call("detection.run", undefined);
      expect(await client.call("finding.add", { finding: { ...DRAFT, events: [1, 2] } })).toMatchObject({
        id: "F-0002",
      });
      expect((await client.call("report.preview", undefined)).sections).toHaveLength(16);
      const { entries } = await client.call("custody.list", { start: 0, count: 100 });
      expect(migrations(entries)).toEqual([{ from: version, to: NEWEST }]);
      expect(await client.call("custody.verify", undefined)).toMatchObject({ verdict: "verified" });
      await close();
    });
  },
  60_000,
);

test.each(OLDER.slice(0, 1))(
  "a case of schema %d is brought up by a reader, and the next session journals that once",
  async (version) => {
    await inTemporaryFolder(async (folder) => {
      const root = await olderCase(folder, version);
      const journal = await readFile(join(root, "custody.jsonl"), "utf8");
      for (let reading = 0; reading < 2; reading++) {
        const reader = await openCase(root, { writable: false });
        expect(reader).toMatchObject({ writable: false, events: 5 });
        expect((await reader.readRecord(4)).toString()).toContain("e4");
        expect(await reader.query(sql`SELECT count(*) AS n FROM timeline_event`)).toEqual([{ n: 5n }]);
        await reader.close();
      }
      expect(await readFile(join(root, "custody.jsonl"), "utf8")).toBe(journal);
      const { mtimeMs } = await stat(join(root, "case.duckdb"));
      await (await openCase(root, { writable: false })).close();
      expect((await stat(join(root, "case.duckdb"))).mtimeMs).toBe(mtimeMs);
      for (let session = 0; session < 2; session++) {
        const { client, grant, close } = startApplication(join(folder, "home"));
        await client.call("case.open", { grant: grant(root) });
        const { entries } = await client.call("custody.list", { start: 0, count: 100 });
        expect(migrations(entries)).toEqual([{ from: version, to: NEWEST }]);
        await close();
      }
    });
  },
  60_000,
);

test("a case of a later version is not opened, and is left as it is", async () => {
  await inTemporaryFolder(async (folder) => {
    const root = await olderCase(folder, 1);
    const case1 = await openCase(root, { writable: true });
    await case1.transaction(async (session) => {
      await session.run(sql`UPDATE meta SET value = ${NEWEST + 1} WHERE key = 'schema'`);
    });
    await case1.close();
    const database = await readFile(join(root, "case.duckdb"));
    for (const writable of [true, false]) {
      await expect(openCase(root, { writable })).rejects.toMatchObject({ code: "case-too-new", kind: "machine" });
    }
    expect((await readFile(join(root, "case.duckdb"))).equals(database)).toBe(true);
  });
});
