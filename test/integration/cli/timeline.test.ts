import { once } from "node:events";
import { rename, symlink } from "node:fs/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { cliBench, ocsfLines, type CliBench, type CliResult } from "./cli-bench.ts";

const EVENTS = 5_000;
const KEYS =
  "seq time timeRecorded source principal action service resource outcome error address userAgent account eventId verdict exhibit file offset length";

let bench: CliBench;
beforeAll(async () => {
  bench = await cliBench();
  await bench.run("import", await bench.file("a.jsonl", ocsfLines(0, EVENTS)), "--case", "a.assay");
});
afterAll(() => bench.remove());

const timeline = (...words: readonly string[]): Promise<CliResult> =>
  bench.run("timeline", "--case", "a.assay", ...words);
const lines = ({ stdout }: CliResult): readonly string[] => stdout.split("\n").slice(0, -1);
const rows = (result: CliResult): readonly Record<string, unknown>[] =>
  lines(result).map((line) => JSON.parse(line) as Record<string, unknown>);

describe("assay timeline", () => {
  test("writes every event as a line of JSON with exactly the promised keys", async () => {
    const result = await timeline("--format", "jsonl");
    const found = rows(result);
    expect(found.map(({ seq }) => seq)).toEqual(Array.from({ length: EVENTS }, (_, seq) => seq));
    expect(new Set(found.map((row) => Object.keys(row).join(" ")))).toEqual(new Set([KEYS]));
    expect(found[1]).toMatchObject({
      time: "2026-01-02T03:04:06Z",
      principal: "user-1",
      exhibit: "X-1",
      file: "a.jsonl",
    });
    expect(result.stderr).toBe(`${EVENTS} of ${EVENTS} matching events shown, ${EVENTS} in the case\n`);
  });

  test("takes --from in and leaves --to out", async () => {
    const bounds = ["--from", "2026-01-02T03:04:06Z", "--to", "2026-01-02T03:04:08Z"];
    const found = rows(await timeline("--format", "jsonl", ...bounds));
    expect(found.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test("shows 200 rows as a table and all in the other formats, or as many as --limit says", async () => {
    expect(lines(await timeline())).toHaveLength(200);
    const csv = (await timeline("--format", "csv")).stdout.split("\r\n");
    expect([csv[0], csv.length]).toEqual([KEYS.replaceAll(" ", ","), EVENTS + 2]);
    for (const format of ["table", "jsonl"]) {
      expect(lines(await timeline("--limit", "7", "--format", format))).toHaveLength(7);
    }
  });

  test("is one document with --json", async () => {
    const found = (await timeline("--query", "principal:user-2", "--limit", "2", "--json")).json;
    expect(found).toMatchObject({ total: EVENTS, matching: 1_666, undated: 0, events: [{ seq: 2 }, { seq: 5 }] });
  });

  test("takes any folder that holds a case, also through a link, and says what it found instead of one", async () => {
    await bench.run("import", await bench.file("b.jsonl", ocsfLines(0, 3)), "--case", "plain");
    await symlink("plain", bench.path("link"));
    for (const root of ["plain", "plain/", "link"]) {
      expect((await bench.run("timeline", "--case", root, "--json")).json).toMatchObject({ total: 3 });
    }
    await rename(bench.path("plain"), bench.path("PLAIN.ASSAY"));
    expect((await bench.run("timeline", "--case", "PLAIN.ASSAY", "--json")).json).toMatchObject({ total: 3 });
    const others = [
      ["link", "nothing there"],
      ["b.jsonl", "a file"],
      [".", "no case.duckdb in it"],
    ] as const;
    for (const [root, found] of others) {
      const { code, json } = await bench.run("timeline", "--case", root, "--json");
      expect([code, json]).toMatchObject([74, { error: { code: "no-case", expected: "a case folder", found } }]);
    }
  });

  test.each([
    [["--query", "("], "query-syntax"],
    [["--query", "nothing:1"], "query-syntax"],
    [["--from", "yesterday"], "bad-time"],
    [["--limit", "0"], "bad-limit"],
    [["--format", "xml"], "bad-format"],
  ])("ends with 64 for %j", async (words, code) => {
    const result = await timeline(...words, "--json");
    expect([result.code, result.json]).toMatchObject([64, { error: { code } }]);
    const text = await timeline(...words);
    expect([text.code, text.stdout]).toEqual([64, ""]);
    expect(text.stderr).toMatch(new RegExp(`^assay: \\S.* \\[${code}\\]\\n$`));
  });

  test("ends quietly when its reader has enough", async () => {
    const child = bench.start("timeline", "--case", "a.assay", "--format", "jsonl");
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    if (child.stdout) await once(child.stdout, "data");
    child.stdout?.destroy();
    const [code] = (await once(child, "close")) as [number]; // the arguments of Node's event
    expect([code, stderr]).toEqual([0, ""]);
  });
});
