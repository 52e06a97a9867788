import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";
import { expect, test } from "vitest";

import { caseWithEvidence, caseWithRecords } from "../../support/detection-case.ts";

/** One value of every kind under `v`; the position is the event's number. */
const VALUES: readonly unknown[] = [
  { v: "alpha" }, // 0
  { v: "ALPHA beta" }, // 1
  { v: "" }, // 2
  { v: null }, // 3
  {}, // 4
  { v: 10 }, // 5
  { v: "10" }, // 6
  { v: 10.5 }, // 7
  { v: true }, // 8
  { v: "true" }, // 9
  { v: false }, // 10
  { v: ["alpha", "gamma"] }, // 11
  { v: [] }, // 12
  { v: [null] }, // 13
  { v: [5, 20] }, // 14
  { v: { w: "alpha", x: "beta" } }, // 15
  { v: [{ w: "alpha" }, { w: ["delta"] }] }, // 16
  { v: "a*b" }, // 17
  { v: "a\\b" }, // 18
  { v: "192.168.1.7" }, // 19
  { v: "2001:db8::7" }, // 20
  { v: "2026-01-01T23:59:00+02:00" }, // 21
  { v: "run -enc x" }, // 22
  { v: "run –enc x" }, // 23
  { v: "see YWxwaGE= here" }, // 24
  { v: "x", o: "X" }, // 25
  { v: "xyz", o: "y" }, // 26
  { v: "YQBsAHAAaABhAA==" }, // 27, UTF-16 with the low byte first
  { v: "AGEAbABwAGgAYQ==" }, // 28, with the high byte first
  { v: "//5hAGwAcABoAGEA" }, // 29, with a byte order mark
  { v: "one\nzeta\ntwo" }, // 30
  { v: "::FFFF:192.0.2.1" }, // 31
  { v: "y", "v.w": "flat" }, // 32, as a log that was flattened writes it
];

const everyEvent = VALUES.map((_, event) => event);
const ABSENT = [3, 4, 12, 13];

/** A key with its values, and the events that it must find. */
const ITEMS: readonly (readonly [key: string, values: unknown, expected: readonly number[]])[] = [
  ["v", "alpha", [0, 11]],
  ["v", "al*", [0, 1, 11]],
  ["v", "alph?", [0, 11]],
  ["v", "a\\*b", [17]],
  ["v", "a*b", [17, 18]],
  ["v", "a\\b", [18]],
  ["v", "a\\\\b", [18]],
  ["v", "", [2]],
  ["v", null, ABSENT],
  ["v", ["alpha", null], [0, ...ABSENT.slice(0, 2), 11, 12, 13]],
  ["v", 10, [5, 6]],
  ["v", "10", [5, 6]],
  ["v", 10.5, [7]],
  ["v", true, [8, 9]],
  ["v", "False", [10]],
  ["v|cased", "alpha", [0, 11]],
  ["v|cased", "ALPHA beta", [1]],
  ["v|contains", "alpha", [0, 1, 11, 15, 16]],
  ["v|contains|cased", "ALPHA", [1]],
  ["v|contains|all", ["alpha", "beta"], [1, 15]],
  ["v|contains|all", ["alpha", "gamma"], [11]],
  // A value that becomes several is there where one of them is.
  ["v|windash|contains|all", ["-enc", "run"], [22, 23]],
  ["v|base64offset|contains|all", ["alpha"], [24]],
  ["v|expand|contains|all", ["%greek%", "beta"], [1, 15]],
  ["v|all", ["alpha", null], []],
  ["v|startswith", "alpha", [0, 1, 11]],
  ["v|endswith", "beta", [1]],
  ["v|contains", 10, [5, 6, 7]],
  ["v.w", "alpha", [15, 16]],
  ["v.w", "delta", [16]],
  ["v.w", "flat", [32]],
  ["v.w", null, everyEvent.filter((event) => ![15, 16, 32].includes(event))],
  ["v.w|exists", true, [15, 16, 32]],
  ["v|exists", true, everyEvent.filter((event) => event !== 4)],
  ["v|exists", false, [4]],
  ["v|gt", 10, [7, 14]],
  ["v|gte", 10, [5, 6, 7, 14]],
  ["v|lt", 10, [14]],
  ["v|lte", 10, [5, 6, 14]],
  ["v|re", "^al", [0, 11]],
  ["v|re|i", "^al", [0, 1, 11]],
  ["v|cidr", "192.168.0.0/16", [19]],
  ["v|cidr", "2001:db8::/64", [20]],
  ["v|cidr", "::ffff:192.0.2.0/120", [31]],
  ["v|cidr", "::ffff:c000:201", [31]],
  ["v|cidr", "192.0.2.0/24", []],
  ["v|cidr", ["10.0.0.0/8", "2001:db8::6/127"], [20]],
  ["v|hour", 23, [21]],
  ["v|minute", 59, [21]],
  ["v|day", 1, [21]],
  ["v|week", 1, [21]],
  ["v|month", 1, [21]],
  ["v|year", 2026, [21]],
  ["v|hour|lt", 23, []],
  ["v|windash|contains", "-enc", [22, 23]],
  ["v|contains", "-enc", [22]],
  ["v|base64|contains", "alpha", [24]],
  ["v|base64offset|contains", "alpha", [24]],
  ["v|fieldref", "o", [25]],
  ["v|fieldref|cased", "o", []],
  ["v|fieldref|contains", "o", [25, 26]],
  ["v|fieldref|startswith", "o", [25]],
  ["v|fieldref|endswith", "o", [25]],
  ["v|expand|contains", "%greek%", [0, 1, 11, 15, 16]],
  ["v|all", ["alpha", "gamma"], [11]],
  ["v|startswith|cased", "ALPHA", [1]],
  ["v|endswith|cased", "BETA", []],
  ["v|startswith", ["al", "xy"], [0, 1, 11, 26]],
  ["v|re", "^zeta$", []],
  ["v|re|m", "^zeta$", [30]],
  ["v|re", "one.zeta", []],
  ["v|re|s", "one.zeta", [30]],
  ["v|re|i|m", "^ZETA$", [30]],
  ["v|windash|startswith", "run -enc", [22, 23]],
  ["v|hour|gte", 23, [21]],
  ["v|month|lte", 1, [21]],
  ["v|base64", "alpha", []],
  ["v|wide|base64", "alpha", [27]],
  // The other order of bytes has these, too, one byte later.
  ["v|utf16le|base64offset|contains", "alpha", [27, 28, 29]],
  ["v|utf16be|base64", "alpha", [28]],
  ["v|utf16|base64", "alpha", [29]],
  ["v|utf16|base64offset|contains", "alpha", [29]],
];

/** Searches for keywords, and the events that they must find. */
const KEYWORDS: readonly (readonly [search: unknown, expected: readonly number[]])[] = [
  [["alpha"], [0, 1, 11, 15, 16]],
  [
    ["alpha", "zeta"],
    [0, 1, 11, 15, 16, 30],
  ],
  ["al?ha", [0, 1, 11, 15, 16]],
  [{ "|all": ["alpha", "beta"] }, [1, 15]],
  [{ "|cased": "ALPHA" }, [1]],
  [{ "|re": "al.ha" }, [0, 11, 15, 16]],
  [{ "|re|i": "al.ha" }, [0, 1, 11, 15, 16]],
  ["a\\\\b", [18]],
];

test("every modifier finds exactly the kinds of values that it should, and `neq` and `not` the others", async () => {
  const searches = KEYWORDS.map(([search, expected]) => ({ detection: { s: search, condition: "s" }, expected }));
  const items = ITEMS.flatMap(([key, values, expected]) => {
    const others = everyEvent.filter((event) => !expected.includes(event));
    return [
      { detection: { s: { [key]: values }, condition: "s" }, expected },
      { detection: { s: { [key]: values }, condition: "not s" }, expected: others },
      ...(key.includes("exists")
        ? []
        : [{ detection: { s: { [`${key}|neq`]: values }, condition: "s" }, expected: others }]),
    ];
  });
  const cases = [...items, ...searches];
  const open = await caseWithRecords(VALUES.map((value, n) => ({ ...(value as object), n })));
  try {
    const rules = cases.map(({ detection }, index) =>
      stringify({ title: `r${index}`, id: `r${index}`, logsource: { product: "jsonl" }, detection }),
    );
    const state = await open.run(rules, { placeholders: new Map([["greek", ["alpha", "omega"]]]) });
    expect(state.rules.rejected).toEqual([]);
    for (const [index, { expected }] of cases.entries()) {
      expect(await open.hits(`r${index}`), rules[index]).toEqual([...expected].sort((a, b) => a - b));
    }
  } finally {
    await open.close();
  }
}, 120_000);

test("texts and names are found however JSON escapes them, in members, in objects and in the whole record", async () => {
  const folder = await mkdtemp(join(tmpdir(), "assay-escapes-"));
  const file = join(folder, "log.jsonl");
  const records = [
    String.raw`{"time": "2026-09-14T10:00:00Z", "v": {"path": "\/etc\/\u00e9", "n": 1}, "s": "\/etc\/\u00e9", "nul": "a\u0000b"}`,
    '{"time":"2026-09-14T10:00:00Z","v":{"path":"/etc/é","n":1},"s":"/etc/é","nul":"a"}',
    JSON.stringify({
      time: "2026-09-14T10:00:00Z",
      'a"quoted"name': { "back\\slash": ["x"] },
      "e[0]": "x",
      "it's": "x",
    }),
  ];
  await writeFile(file, `${records.join("\n")}\n`);
  const open = await caseWithEvidence(folder, file, "jsonl");
  const searches: readonly (readonly [search: unknown, expected: readonly number[]])[] = [
    [{ s: "/ETC/É" }, [0, 1]],
    [{ "v|contains": '"path":"/etc/é"' }, [0, 1]],
    [["/etc/é"], [0, 1]],
    [{ "nul|startswith": "a" }, [0, 1]],
    [{ nul: "a" }, [1]],
    [{ 'a"quoted"name.back\\slash': "x" }, [2]],
    [{ "e[0]": "x", "it's": "x" }, [2]],
  ];
  try {
    const rules = searches.map(([search], index) =>
      stringify({
        title: `r${index}`,
        id: `r${index}`,
        logsource: { product: "jsonl" },
        detection: { s: search, condition: "s" },
      }),
    );
    expect((await open.run(rules)).rules.rejected).toEqual([]);
    for (const [index, [search, expected]] of searches.entries()) {
      expect(await open.hits(`r${index}`), JSON.stringify(search)).toEqual(expected);
    }
  } finally {
    await open.close();
  }
});

test("every production of the condition grammar means what the standard says", async () => {
  const conditions: readonly (readonly [condition: string | readonly string[], expected: readonly number[]])[] = [
    ["a", [1, 3, 5, 7]],
    ["not a", [0, 2, 4, 6]],
    ["not not a", [1, 3, 5, 7]],
    ["a and b", [3, 7]],
    ["a or b", [1, 2, 3, 5, 6, 7]],
    ["a or b and _c", [1, 3, 5, 6, 7]],
    ["(a or b) and _c", [5, 6, 7]],
    ["not a and b", [2, 6]],
    ["not (a and b)", [0, 1, 2, 4, 5, 6]],
    ["1 of them", [1, 2, 3, 5, 6, 7]],
    ["any of them", [1, 2, 3, 5, 6, 7]],
    ["all of them", [3, 7]],
    ["1 of _*", [4, 5, 6, 7]],
    ["all of *", [3, 7]],
    ["1 of *", [1, 2, 3, 5, 6, 7]],
    ["not 1 of them", [0, 4]],
    [
      ["a and b", "_c"],
      [3, 4, 5, 6, 7],
    ],
  ];
  const records = Array.from({ length: 8 }, (_, bits) => ({ n: bits, a: bits & 1, b: (bits >> 1) & 1, c: bits >> 2 }));
  const open = await caseWithRecords(records);
  try {
    const rules = conditions.map(([condition], index) =>
      stringify({
        title: `r${index}`,
        id: `r${index}`,
        logsource: { product: "jsonl" },
        detection: { a: { a: 1 }, b: { b: 1 }, _c: { c: 1 }, condition },
      }),
    );
    await open.run(rules);
    for (const [index, [condition, expected]] of conditions.entries()) {
      expect(await open.hits(`r${index}`), String(condition)).toEqual(expected);
    }
  } finally {
    await open.close();
  }
}, 120_000);
