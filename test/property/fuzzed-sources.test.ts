import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { importEvidence } from "../../core/casefile/import.ts";
import { assertRowsOfRecords } from "../../core/casefile/rows-of-records.ts";
import { sql } from "../../core/casefile/sql.ts";
import { mappingPaths } from "../../core/sources/mapping-paths.ts";
import { SOURCES } from "../../core/sources/registry.ts";
import { type FieldPath, type Source } from "../../core/sources/source.ts";
import { caseBench, type CaseBench } from "../integration/casefile/import-support.ts";

/** Enough files for every mutation to meet every other take minutes (ASSAY_EXHAUSTIVE=1), these some seconds. */
const USUAL_FILES = process.env["ASSAY_EXHAUSTIVE"] === "1" ? 120 : 10;
/** Thousands, where they are asked for: `ASSAY_FUZZ_FILES=2000 npx vitest run test/property/fuzzed-sources.test.ts`. */
const FILES_PER_SOURCE = Number(process.env["ASSAY_FUZZ_FILES"] ?? USUAL_FILES);
/** Other mutations: `ASSAY_SEED=1`. */
const SEED = Number(process.env["ASSAY_SEED"] ?? 0);
const LINES_PER_FILE = 6;

let bench: CaseBench;
beforeAll(async () => {
  bench = await caseBench();
});
afterAll(() => bench.remove());

/** Whole numbers below a bound that are the same in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A record that has every member that a source looks at. */
function recordOf(source: Source, id: number): Record<string, unknown> {
  const record: Record<string, unknown> = { fuzz: id };
  for (const path of mappingPaths(source.mapping)) setAt(record, path, `value ${id}`);
  for (const path of source.mapping.time.from) setAt(record, path, "2026-01-02T03:04:05Z");
  return record;
}

function setAt(target: Record<string, unknown>, path: FieldPath, value: string): void {
  const [first, ...rest] = path;
  if (typeof first !== "string") return;
  if (rest.length === 0 || typeof rest[0] === "number") target[first] ??= rest.length === 0 ? value : [value];
  else {
    const inner = (target[first] ??= {});
    if (typeof inner === "object" && inner !== null && !Array.isArray(inner))
      setAt(inner as Record<string, unknown>, rest, value); // an object that was built here
  }
}

type Random = (below: number) => number;
type Mutation = (bytes: Buffer, random: Random) => Buffer;

const insert = (bytes: Buffer, at: number, what: Buffer | string): Buffer =>
  Buffer.concat([bytes.subarray(0, at), typeof what === "string" ? Buffer.from(what) : what, bytes.subarray(at)]);
const lineStart = (bytes: Buffer, random: Random): number => {
  const at = bytes.indexOf("\n", random(bytes.length));
  return at < 0 ? bytes.length : at + 1;
};
const atAnyLine =
  (what: Buffer | string): Mutation =>
  (bytes, random) =>
    insert(bytes, lineStart(bytes, random), what);

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    const at = random(bytes.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << random(8));
    return changed;
  },
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => {
    const at = random(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(40))]);
  },
  (bytes, random) => insert(bytes, random(bytes.length), Buffer.from([random(256), random(256)])),
  (bytes, random) => insert(bytes, random(bytes.length), "\n"),
  (bytes) => Buffer.from(bytes.toString("latin1").replaceAll("\n", "\r\n"), "latin1"),
  (bytes) => Buffer.from(bytes.toString("latin1").replace(/\}\n\{/, "}{"), "latin1"),
  (bytes) => Buffer.from(bytes.toString("latin1").replace(/"value (\d+)"/, '{"deep":[$1]}'), "latin1"),
  (bytes) => Buffer.from(bytes.toString("latin1").replaceAll(/"2026-[^"]*"/g, "-62135596800000"), "latin1"),
  (bytes) => Buffer.from(bytes.toString("latin1").replace(/,"/, ',"fuzz":1,"'), "latin1"),
  atAnyLine("\n \n\t\n"),
  atAnyLine(Buffer.from([0xff, 0xfe, 0x00, 0x0a])),
  atAnyLine('[1,2]\nnull\n"text"\n'),
  atAnyLine(`{"a":${"[".repeat(600)}${"]".repeat(600)}}\n`),
  atAnyLine(`{"long":"${"x".repeat(70_000)}"}\n`),
  atAnyLine('{"u":"\\ud800"}\n'),
  atAnyLine("~AAAA\n"),
];

/** Records by the rule and nothing else: what lies before each line feed, and what follows the last. */
function linesOf(bytes: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf("\n"); end >= 0; end = bytes.indexOf("\n", start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return start < bytes.length ? [...lines, bytes.subarray(start)] : lines;
}

test.each(SOURCES.map((source, index) => ({ name: source.name, source, index })))(
  "every line of mutated files of $name is a row that leads back to its bytes",
  async ({ source, index }) => {
    const random = seeded(SEED + 7_919 * (index + 1));
    const folder = join(bench.folder, source.name);
    await mkdir(folder);
    const files = new Map<string, readonly Buffer[]>();
    for (let file = 0; file < FILES_PER_SOURCE; file += 1) {
      const id = index * 1_000_000 + file * LINES_PER_FILE;
      const lines = Array.from({ length: LINES_PER_FILE }, (_, line) => JSON.stringify(recordOf(source, id + line)));
      let tail: Buffer = Buffer.from(`${lines.slice(1).join("\n")}\n`);
      for (let times = 1 + random(3); times > 0; times -= 1) {
        tail = (MUTATIONS[random(MUTATIONS.length)] as Mutation)(tail, random); // an index below the length
      }
      // The first line stays as it is: it makes the file a log of lines.
      const bytes = Buffer.concat([Buffer.from(`${lines[0] ?? ""}\n`), tail]);
      const name = `${String(file).padStart(4, "0")}.jsonl`;
      await writeFile(join(folder, name), bytes);
      files.set(name, linesOf(bytes));
    }
    const { caseFile } = bench.session;
    const first = caseFile.events;
    const result = await importEvidence(bench.session, folder, { source: source.name });
    const all = [...files.values()].flat();
    expect([result.records, result.events, caseFile.events - first]).toEqual([all.length, all.length, all.length]);
    const rows = await caseFile.query(sql`SELECT file_path, count(*) AS rows FROM timeline_event
      WHERE seq >= ${first} GROUP BY file_path ORDER BY file_path`);
    expect(rows.map((row) => [row["file_path"], Number(row["rows"])])).toEqual(
      [...files].map(([name, lines]) => [name, lines.length]),
    );
    const seqs = all.map((_, position) => first + position);
    const records = await caseFile.readRecords(seqs);
    for (const [position, bytes] of all.entries()) expect(bytes.equals(records[position] ?? Buffer.of(1))).toBe(true);
    await assertRowsOfRecords(caseFile, seqs);
    const [silent] = await caseFile.query(sql`SELECT count(*) AS n FROM event e WHERE seq >= ${first}
      AND kind = 'unreadable' AND NOT EXISTS (SELECT 1 FROM record_problem p WHERE p.seq = e.seq)`);
    expect(silent).toEqual({ n: 0n });
    const [ancient] = await caseFile.query(sql`SELECT count(*) AS n FROM event WHERE seq >= ${first} AND time <= 0`);
    expect(ancient).toEqual({ n: 0n });
  },
  600_000,
);
