import { mkdtemp, rm } from "node:fs/promises";
import { BlockList, isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type CaseFile } from "../../../core/casefile/case-file.ts";
import { integerOf } from "../../../core/casefile/row.ts";
import { renderSql, sql } from "../../../core/casefile/sql.ts";
import { Problem } from "../../../core/model/problem.ts";
import { readFacets } from "../../../core/timeline/facets.ts";
import { QUERY_FIELDS, type QueryField } from "../../../core/timeline/fields.ts";
import { readHistogram } from "../../../core/timeline/histogram.ts";
import { locateSeq, locateTime } from "../../../core/timeline/locate.ts";
import { allOf, anyOf, type Pattern, type Query } from "../../../core/timeline/query.ts";
import { formatQuery } from "../../../core/timeline/query-format.ts";
import { parseQuery } from "../../../core/timeline/query-parse.ts";
import { querySql } from "../../../core/timeline/query-sql.ts";
import { ResultSets } from "../../../core/timeline/result-sets.ts";
import { FILE_VERDICT, caseWithEvents, type StoredEvent } from "../../support/timeline-case.ts";

const START = 1_789_344_000_000_000_000n;
const SECOND = 1_000_000_000n;
const PRINCIPALS = ["ada", "Ada", "bo_b", "c%d", "svc-web", null, ""];
const ACTIONS = ["keys.create", "keys.delete", "KEYS.LIST", "roles.grant", null];
const OUTCOMES = ["success", "failure", "denied", null];
const ADDRESSES = ["192.0.2.1", "198.51.100.7", "2001:db8::1", null];
const RESOURCES = ["key-1", "a\\b", 'say "hi"', "100%", "Grün", null];

/** 240 events from a fixed rule: every combination of neighbours, some undated, out of order, some log records. */
const EVENTS: readonly StoredEvent[] = Array.from({ length: 240 }, (_, seq) => ({
  kind: seq % 40 === 0 ? "log" : "event",
  time: seq % 17 === 3 ? null : START + BigInt((seq * 7919) % 1_000) * SECOND,
  principal: PRINCIPALS[seq % PRINCIPALS.length] ?? null,
  action: ACTIONS[(seq * 3) % ACTIONS.length] ?? null,
  outcome: OUTCOMES[(seq * 5) % OUTCOMES.length] ?? null,
  address: ADDRESSES[(seq * 11) % ADDRESSES.length] ?? null,
  resource: RESOURCES[(seq * 7) % RESOURCES.length] ?? null,
  verdict: seq % 60 === 9 ? "altered" : null,
}));

let folder: string;
let caseFile: CaseFile;
let results: ResultSets;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-timeline-"));
  caseFile = await caseWithEvents(join(folder, "t.assay"), EVENTS);
  results = new ResultSets(caseFile);
});

afterAll(async () => {
  await caseFile.close();
  await rm(folder, { recursive: true });
});

/** Every matching seq in the order of the result. */
async function seqsOf(
  query: string,
  more: { from?: bigint; to?: bigint; logRecords?: boolean; copies?: boolean } = {},
): Promise<number[]> {
  const { resultId } = await results.query({
    query,
    from: more.from ?? null,
    to: more.to ?? null,
    logRecords: more.logRecords ?? true,
    copies: more.copies ?? true,
  });
  const { table } = results.get(resultId);
  const rows = await caseFile.query(sql`SELECT seq, position FROM ${table} ORDER BY position`);
  rows.forEach((row, index) => expect(integerOf(row, "position")).toBe(index));
  return rows.map((row) => integerOf(row, "seq"));
}

const order = (left: number, right: number): number => {
  const [a, b] = [EVENTS[left]?.time ?? null, EVENTS[right]?.time ?? null];
  if (a === b) return left - right;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
};

/** The reference: the meaning of a query, spelled out over plain objects. */
function matches(query: Query, event: StoredEvent, seq: number): boolean {
  switch (query.kind) {
    case "all":
      return true;
    case "and":
      return query.operands.every((operand) => matches(operand, event, seq));
    case "or":
      return query.operands.some((operand) => matches(operand, event, seq));
    case "not":
      return !matches(query.operand, event, seq);
    case "words":
      return QUERY_FIELDS.some((field) => field.freeText && found(textOf(field, event), query.pattern));
    case "text":
      return equal(textOf(query.field, event), query.pattern);
    case "regex": {
      const expression = new RegExp(query.source, "u");
      const fields = query.field ? [query.field] : QUERY_FIELDS.filter((field) => field.freeText);
      return fields.some((field) => expression.test(textOf(field, event) ?? "\0"));
    }
    case "network":
      return inBlock(textOf(query.field, event), query.block);
    case "present":
      return query.field.name === "time"
        ? event.time !== null
        : query.field.name === "seq" || Boolean(textOf(query.field, event));
    case "absent":
      return query.field.name === "time"
        ? event.time === null
        : query.field.name !== "seq" && !textOf(query.field, event);
    case "range": {
      const value = query.field.name === "seq" ? BigInt(seq) : event.time;
      return value !== null && (query.from === null || value >= query.from) && (query.to === null || value < query.to);
    }
  }
}

function textOf(field: QueryField, event: StoredEvent): string | null {
  switch (field.name) {
    case "principal":
    case "action":
    case "outcome":
    case "address":
    case "resource":
    case "kind":
      return event[field.name];
    case "verdict":
      return event.verdict ?? FILE_VERDICT;
    case "source":
      return "ocsf";
    case "exhibit":
      return "X-1";
    case "file":
      return "log.jsonl";
    default:
      return null;
  }
}

/** The reference for blocks: Node's own. */
function inBlock(address: string | null, block: string): boolean {
  const [network = "", prefix = ""] = block.split("/");
  const family = network.includes(":") ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return address !== null && isIP(address) !== 0 && list.check(address, address.includes(":") ? "ipv6" : "ipv4");
}

function wildcard(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^]*");
}

function equal(text: string | null, { text: pattern, literal }: Pattern): boolean {
  if (text === null) return false;
  return literal ? text === pattern : new RegExp(`^${wildcard(pattern)}$`, "i").test(text);
}

function found(text: string | null, { text: pattern, literal }: Pattern): boolean {
  if (text === null) return false;
  const needle = literal ? pattern.toLowerCase() : undefined;
  return needle === undefined ? new RegExp(wildcard(pattern), "i").test(text) : text.toLowerCase().includes(needle);
}

const word = fc.constantFrom(
  "ada",
  "ADA",
  "a*",
  "*e*",
  "k*s.*",
  "bo_b",
  "c%d",
  "100%",
  "svc-web",
  "failure",
  "grün",
  "a\\b",
  "2001:db8::1",
);
const pattern = fc.oneof(
  fc.record({ text: word, literal: fc.constant(false) }),
  fc.record({
    text: fc.constantFrom("ada", "Ada", "c%d", 'say "hi"', "a\\b", "*", "keys.create"),
    literal: fc.constant(true),
  }),
);
const textField = fc.constantFrom(
  ...QUERY_FIELDS.filter(({ name }) =>
    ["principal", "action", "outcome", "address", "resource", "region"].includes(name),
  ),
);
const moment = fc.integer({ min: -5, max: 1_005 }).map((offset) => START + BigInt(offset) * SECOND);
const timeField = fc.constantFrom(...QUERY_FIELDS.filter(({ name }) => name === "time"));
const term: fc.Arbitrary<Query> = fc.oneof(
  pattern.map((value): Query => ({ kind: "words", pattern: value })),
  fc.record({ kind: fc.constant("text" as const), field: textField, pattern }),
  fc.record({ kind: fc.constantFrom("present" as const, "absent" as const), field: fc.oneof(textField, timeField) }),
  fc.record({
    kind: fc.constant("regex" as const),
    field: fc.option(textField),
    source: fc.constantFrom("^a", "keys\\.(create|delete)", "[0-9]$", "(?:A|b).", "ü"),
  }),
  fc.record({
    kind: fc.constant("network" as const),
    field: fc.constantFrom(...QUERY_FIELDS.filter(({ name }) => name === "address")),
    block: fc.constantFrom("192.0.2.0/24", "0.0.0.0/0", "198.51.100.6/31", "2001:db8::/32", "::/0", "2001:db8::2/128"),
  }),
  fc.record({ kind: fc.constant("range" as const), field: timeField, from: fc.option(moment), to: fc.option(moment) }),
);
const { query: anyQuery } = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    term,
    fc.array(tie("query"), { minLength: 2, maxLength: 3 }).map(allOf),
    fc.array(tie("query"), { minLength: 2, maxLength: 3 }).map(anyOf),
    tie("query").map((operand): Query => ({ kind: "not", operand })),
  ),
}));

describe("queries", () => {
  test(
    "every query finds exactly what its meaning says, in order of time and then of evidence",
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(anyQuery, async (query) => {
          const rows = await caseFile.query(
            sql`SELECT seq FROM timeline_event WHERE ${querySql(query)} ORDER BY time NULLS LAST, seq`,
          );
          const expected = EVENTS.flatMap((event, seq) => (matches(query, event, seq) ? [seq] : [])).sort(order);
          expect(rows.map((row) => integerOf(row, "seq"))).toEqual(expected);
        }),
        { numRuns: 300 },
      );
    },
  );

  test.each([
    ["principal:ada", 70],
    ['principal:"ada"', 35],
    ['principal:""', 68],
    ["-principal:*", 68],
    ["NOT action:keys.*", 96],
    ["verdict:altered", 4],
    ["kind:log", 6],
    ["seq:0..9", 10],
    ["exhibit:X-1 file:log.jsonl", 240],
    ["address:192.0.2.0/30", 60],
    ["address:2001:db8::/33", 60],
    ['action:~"^keys\\\\.(create|delete)$"', 96],
    ['~"^svc-"', 34],
  ])("%s", async (query, count) => {
    const expected = EVENTS.filter((event, seq) => matches(parseQuery(query), event, seq)).length;
    expect(expected).toBe(count);
    expect(await seqsOf(query)).toHaveLength(expected);
  });

  test("every field can be asked for on the real schema", async () => {
    for (const field of QUERY_FIELDS) {
      const value =
        field.kind === "time"
          ? "2026-09-14"
          : field.kind === "number"
            ? "1"
            : field.kind === "verdict"
              ? "altered"
              : field.kind === "mark"
                ? "keep"
                : "x*";
      const query = `${field.name}:${value} OR ${field.name}:* OR ${field.name}:""`;
      await expect(
        caseFile.query(sql`EXPLAIN SELECT seq FROM timeline_event WHERE ${querySql(parseQuery(query))}`),
      ).resolves.toHaveLength(1);
    }
  });

  test("what a person typed is bound and never becomes SQL", () => {
    const { text, values } = renderSql(querySql(parseQuery(`action:"'; DROP TABLE event; --" principal:a%_*b*`)));
    expect(text).toBe(String.raw`("action" = $1) AND (lower("principal") LIKE lower($2) ESCAPE '\')`);
    expect(values).toEqual(["'; DROP TABLE event; --", String.raw`a\%\_%b%`]);
  });

  test("bounds include their start and not their end, and leave out what has no time", async () => {
    const from = START + 100n * SECOND;
    const to = START + 200n * SECOND;
    const expected = EVENTS.flatMap(({ time }, seq) => (time !== null && time >= from && time < to ? [seq] : []));
    expect(await seqsOf("", { from, to })).toEqual(expected.sort(order));
    expect(await seqsOf("", { from: -(2n ** 90n), to: 2n ** 90n })).toHaveLength(
      EVENTS.filter(({ time }) => time !== null).length,
    );
  });

  test("records of the log about itself can be left out", async () => {
    expect(await seqsOf("", { logRecords: false })).toHaveLength(234);
  });
});

describe("result sets", () => {
  test("tell how many events there are, match and have no time", async () => {
    const set = await results.query({ query: "kind:event", from: null, to: null, logRecords: true, copies: true });
    const dated = EVENTS.filter(({ kind, time }) => kind === "event" && time !== null);
    expect(set).toMatchObject({ total: 240, matching: 234, undated: 234 - dated.length });
    const times = dated.flatMap(({ time }) => (time === null ? [] : [time])).sort((a, b) => (a < b ? -1 : 1));
    expect([set.first, set.last]).toEqual([times.at(0), times.at(-1)]);
  });

  test("two spellings of a query share one result", async () => {
    const ask = (query: string) => results.query({ query, from: null, to: null, logRecords: true, copies: true });
    expect(await ask("action:x (principal:y)")).toBe(await ask("Action:x AND Principal:y"));
  });

  test("only the latest are kept, and a dropped one says so", async () => {
    const first = await results.query({ query: "seq:1", from: null, to: null, logRecords: true, copies: true });
    for (let other = 2; other < 9; other += 1)
      await results.query({ query: `seq:${other}`, from: null, to: null, logRecords: true, copies: true });
    expect(() => results.get(first.resultId)).toThrow(expect.objectContaining({ code: "result-gone" }));
    const [row] = await caseFile.query(
      sql`SELECT count(*) AS kept FROM duckdb_tables() WHERE table_name LIKE 'timeline_result%'`,
    );
    expect(row && integerOf(row, "kept")).toBe(6);
  });

  test("a cancelled query leaves nothing behind", async () => {
    const stop = AbortSignal.abort();
    const asked = results.query({ query: "seq:777", from: null, to: null, logRecords: true, copies: true }, stop);
    await expect(asked).rejects.toThrow(Problem);
    await expect(asked).rejects.toMatchObject({ code: "cancelled" });
    expect(await seqsOf("seq:77")).toEqual([77]);
  });
});

describe("histogram, facets and places", () => {
  async function saved(query: string) {
    const { resultId } = await results.query({ query, from: null, to: null, logRecords: true, copies: true });
    return results.get(resultId);
  }

  test("buckets add up to the dated events, whatever their number", async () => {
    for (const buckets of [1, 7, 300]) {
      const result = await saved("action:keys.*");
      const histogram = await readHistogram(caseFile, result, { from: null, to: null, buckets });
      const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
      expect(histogram.all).toHaveLength(buckets);
      expect(sum(histogram.all)).toBe(EVENTS.filter(({ time }) => time !== null).length);
      expect(sum(histogram.matching)).toBe(result.set.matching - result.set.undated);
      histogram.matching.forEach((count, index) => expect(count).toBeLessThanOrEqual(histogram.all[index] ?? 0));
    }
  });

  test("a bucket holds the events from its start to before its end", async () => {
    const result = await saved("");
    const from = START;
    const histogram = await readHistogram(caseFile, result, { from, to: from + 10n * SECOND, buckets: 10 });
    expect(histogram).toMatchObject({ from, bucketNanoseconds: SECOND });
    const expected = Array.from(
      { length: 10 },
      (_, second) => EVENTS.filter(({ time }) => time === from + BigInt(second) * SECOND).length,
    );
    expect(histogram.all).toEqual(expected);
  });

  test("bounds far outside all time are answered and not overflowed", async () => {
    const histogram = await readHistogram(caseFile, await saved(""), {
      from: -(2n ** 100n),
      to: 2n ** 100n,
      buckets: 3,
    });
    expect(histogram.all.reduce((total, count) => total + count, 0)).toBeGreaterThan(0);
  });

  test("every facet adds up to the matching events", async () => {
    const result = await saved("-action:roles.grant");
    const facets = await readFacets(caseFile, result);
    expect(facets.map(({ field }) => field)).toEqual([
      "verdict",
      "source",
      "principal",
      "action",
      "outcome",
      "address",
      "exhibit",
    ]);
    for (const { values, others } of facets) {
      expect(values.reduce((total, { count }) => total + count, others)).toBe(result.set.matching);
    }
    const principal = facets.find(({ field }) => field === "principal");
    const empty = EVENTS.filter(({ action, principal: name }) => action !== "roles.grant" && !name).length;
    expect(principal?.values).toContainEqual({ value: null, count: empty });
  });

  test("a value of a facet, quoted, finds as many events as the facet counts", async () => {
    const facets = await readFacets(caseFile, await saved(""));
    for (const { field, values } of facets) {
      for (const { value, count } of values) {
        const named = QUERY_FIELDS.find(({ name }) => name === field);
        if (!named) throw new Error(`a facet without a field: ${field}`);
        const query = formatQuery(
          value === null
            ? { kind: "absent", field: named }
            : { kind: "text", field: named, pattern: { text: value, literal: true } },
        );
        expect(await seqsOf(query)).toHaveLength(count);
      }
    }
  });

  test("an event and a moment have a place in a result, or none", async () => {
    const result = await saved("action:keys.create");
    const seqs = await seqsOf("action:keys.create");
    expect(await locateSeq(caseFile, result, seqs[5] ?? -1)).toBe(5);
    expect(
      await locateSeq(
        caseFile,
        result,
        EVENTS.findIndex(({ action }) => action === null),
      ),
    ).toBeNull();
    const time = EVENTS[seqs[5] ?? 0]?.time ?? 0n;
    expect(await locateTime(caseFile, result, time)).toBe(seqs.findIndex((seq) => EVENTS[seq]?.time === time));
    expect(await locateTime(caseFile, result, 2n ** 80n)).toBeNull();
    expect(await locateTime(caseFile, result, -(2n ** 80n))).toBe(0);
  });
});
