import { expect, test } from "vitest";

import { emptyTable } from "../../../core/casefile/empty-table.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { caseWithRecords } from "../../support/detection-case.ts";

test("an insert of no row hides nothing of a large one after it", async () => {
  const open = await caseWithRecords([{ time: "2026-09-14T10:00:00Z" }]);
  try {
    const rows = await open.session.caseFile.transaction(async (session) => {
      await session.run(sql`CREATE TEMP TABLE given AS SELECT range AS n FROM range(200000)`);
      await session.run(sql`CREATE TEMP TABLE filled (n BIGINT)`);
      await emptyTable(session, sql`filled`, sql`0`);
      await session.run(sql`INSERT INTO filled SELECT n FROM given WHERE hash(n) % 1000 = 5000`);
      await session.run(sql`INSERT INTO filled SELECT n FROM given`);
      return session.query(sql`SELECT count(*) AS count FROM filled`);
    });
    expect(rows).toEqual([{ count: 200_000n }]);
  } finally {
    await open.close();
  }
});
