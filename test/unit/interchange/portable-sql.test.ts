import { describe, expect, test } from "vitest";

import { unportableSql } from "../../support/portable-sql.ts";

const NAMES = ["event", "event_file", "principal", "action", "time_us", "day", "outcome"];
const faultsOf = (statement: string): readonly string[] => unportableSql(statement, NAMES);

describe("the lint of portable SQL", () => {
  test.each([
    "SELECT * FROM event",
    "SELECT principal, action FROM event WHERE outcome = 'denied';",
    "CREATE VIEW acts AS SELECT principal FROM event; SELECT principal FROM acts",
    "SELECT COUNT(*) AS events FROM event",
    "SELECT day, COUNT(*) AS events FROM event GROUP BY day ORDER BY events DESC LIMIT 10",
    "SELECT COUNT(DISTINCT principal) AS people FROM event",
    "SELECT day, MIN(time_us) AS first_us, MAX(time_us) AS last_us FROM event GROUP BY day HAVING COUNT(*) > 2",
    "SELECT principal FROM event WHERE action LIKE 'Delete%' AND NOT action LIKE '%::%'",
    "SELECT principal FROM event WHERE day BETWEEN '2026-01-01' AND '2026-01-31'",
    "SELECT principal FROM event WHERE day IN ('2026-01-01', '[2]', '{3}')",
    "SELECT principal FROM event WHERE outcome IS NOT NULL OR (action <> 'x' AND time_us >= 1.5)",
    "SELECT CASE WHEN outcome = 'denied' THEN 1 ELSE 0 END AS denied FROM event",
    "SELECT CAST(time_us AS BIGINT) AS time_as_given FROM event",
    "SELECT COALESCE(principal, 'nobody') || ' did ' || LOWER(action) AS said FROM event",
    "SELECT e.principal FROM event AS e INNER JOIN event_file AS f ON e.principal = f.principal WHERE f.day = 'x'",
    "SELECT principal FROM event UNION ALL SELECT action FROM event",
    "SELECT principal FROM (SELECT principal, COUNT(*) AS acts FROM event GROUP BY principal) AS t WHERE acts > 3",
    "SELECT principal FROM event WHERE EXISTS (SELECT action FROM event_file)",
    'SELECT principal -- "not a name", and no [list]\nFROM event /* nor this:: */',
    "select sum(time_us) + avg(time_us) - abs(-1) as total from event",
  ])("passes %s", (statement) => {
    expect(faultsOf(statement)).toEqual([]);
  });

  test.each([
    ["FROM event", "FROM without SELECT"],
    ["FROM event SELECT principal", "FROM without SELECT"],
    ["CREATE VIEW v AS FROM event", "FROM without SELECT"],
    ["SELECT principal, FROM event", "comma at the end"],
    ["SELECT principal FROM event WHERE day IN ('a', 'b',)", "comma at the end"],
    ["SELECT COUNT() AS events FROM event", "no argument of COUNT"],
    ["SELECT time_us::VARCHAR FROM event", "operator ::"],
    ["SELECT [1, 2] AS list FROM event", "operator ["],
    ["SELECT {'a': 1} AS made FROM event", "operator {"],
    ["SELECT ARRAY[1] AS list FROM event", "word ARRAY"],
    ["SELECT principal FROM event QUALIFY principal = 'x'", "word QUALIFY"],
    ["SELECT * EXCLUDE (day) FROM event", "function EXCLUDE"],
    ["SELECT * REPLACE (1 AS day) FROM event", "function REPLACE"],
    ["SELECT LOWER(action) AS a FROM event WHERE a = 'x'", "alias a in WHERE"],
    ["SELECT LOWER(action) AS a, COUNT(*) AS n FROM event GROUP BY a", "alias a in GROUP"],
    ["SELECT principal FROM event WHERE action ILIKE 'x'", "word ILIKE"],
    ['SELECT "principal" FROM event', 'quoted name "principal"'],
    ['SELECT principal FROM event WHERE action = "x"', 'quoted name "x"'],
    ["SELECT principal FROM event WHERE action = E'a\\n'", "word E"],
    ["SELECT principal FROM event WHERE action = 'a\\n'", "escape in 'a\\n'"],
    ["SELECT principal FROM event WHERE action = 'it''s'", "escape in 'it''s'"],
    ["SELECT CAST(time_us AS VARCHAR) AS t FROM event", "type VARCHAR"],
    ["SELECT CAST(time_us AS hugeint) AS t FROM event", "type hugeint"],
    ["SELECT strftime(time_us) AS t FROM event", "function strftime"],
    ["SELECT list(action) AS acts FROM event", "function list"],
    ["SELECT day, COUNT(*) AS n FROM event GROUP BY ALL", "ALL for the names of columns"],
    ["SELECT principal FROM event WHERE time_us % 2 == 0", "operator %"],
    ["SELECT principal FROM event LIMIT 1_000", "number 1_000"],
    ["SELECT principal FROM event USING SAMPLE 10", "word USING"],
  ])("tells of %s", (statement, fault) => {
    expect(faultsOf(statement)).toContain(fault);
  });
});
