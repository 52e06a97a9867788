import { expect, test } from "vitest";

import { withScratchDatabase } from "../../../core/casefile/scratch-database.ts";
import { identifier, sql } from "../../../core/casefile/sql.ts";
import { windowsSql } from "../../../core/detection/windows.ts";

test("an event that fits several rules of a temporal correlation ends one window", async () => {
  const rule = { type: "temporal", timespan: 8n, bounds: [], fields: [], percentile: null } as const;
  // Event 2 fits both rules, the others one.
  const events = sql`(SELECT * FROM (VALUES (1, 2, 1, 1, 'u'), (2, 5, 2, 0, 'u'), (2, 5, 2, 1, 'u'), (3, 10, 3, 0, 'u'))
    AS events(seq, time, pos, member, g0))`;
  const windows = await withScratchDatabase((session) =>
    session.query(
      sql`SELECT seq, first_pos, last_pos FROM (${windowsSql(rule, 2, [identifier("g0")], events)}) ORDER BY seq`,
    ),
  );
  expect(windows).toEqual([
    { seq: 2, first_pos: 1, last_pos: 2 },
    { seq: 3, first_pos: 1, last_pos: 3 },
  ]);
});
