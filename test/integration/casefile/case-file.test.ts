import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { writeCaseDetails } from "../../../core/casefile/case-detail-table.ts";
import { createCase, openCase } from "../../../core/casefile/open-case.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { EMPTY_CASE_DETAILS } from "../../../core/model/case-details.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-case-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("a case", () => {
  test("keeps its details from one opening to the next", async () => {
    const details = { ...EMPTY_CASE_DETAILS, caseId: "NG-2026-117", questions: ["who read the invoices?"] };
    const made = await createCase(join(folder, "a.assay"));
    await made.transaction((session) => writeCaseDetails(session, details));
    expect(made.revision).toBe(1);
    await made.close();

    const again = await openCase(join(folder, "a.assay"), { writable: false });
    expect(await again.details()).toEqual(details);
    expect(again.revision).toBe(1);
    expect(again.exhibits).toEqual([]);
    await again.close();
  });

  test("opened twice in one process is locked, naming this process", async () => {
    const made = await createCase(join(folder, "a.assay"));
    await expect(openCase(join(folder, "a.assay"), { writable: false })).rejects.toMatchObject({
      code: "case-locked",
      message: expect.stringContaining(String(process.pid)) as unknown,
    });
    await made.close();
  });

  test("reads and writes no file outside its evidence and exports", async () => {
    const made = await createCase(join(folder, "a.assay"));
    await expect(made.query(sql`SELECT * FROM read_text('/etc/hostname')`)).rejects.toThrow(/access|permission/i);
    await expect(made.run(sql`SET enable_external_access = true`)).rejects.toThrow();
    await made.close();
  });

  test("takes back all of a transaction that fails", async () => {
    const made = await createCase(join(folder, "a.assay"));
    await expect(
      made.transaction(async (session) => {
        await session.run(sql`INSERT INTO row_verdict VALUES (${0}, ${"altered"})`);
        throw new Error("stop");
      }),
    ).rejects.toThrow("stop");
    expect(await made.query(sql`SELECT count(*) AS n FROM row_verdict`)).toEqual([{ n: 0n }]);
    expect(made.revision).toBe(0);
    await made.close();
  });

  test("is cancelled out of a long query and stays usable", async () => {
    const made = await createCase(join(folder, "a.assay"));
    const stop = new AbortController();
    const query = made.query(sql`SELECT sum(a.range * b.range) AS n FROM range(1000000) a, range(1000000) b`, {
      signal: stop.signal,
    });
    setImmediate(() => setImmediate(() => stop.abort()));
    await expect(query).rejects.toMatchObject({ code: "cancelled" });
    expect(await made.query(sql`SELECT ${"a'b"} AS text, ${7n} AS number`)).toEqual([{ text: "a'b", number: 7n }]);
    await made.close();
  });
});
