import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { parseQuery } from "../../../core/timeline/query-parse.ts";
import { querySql } from "../../../core/timeline/query-sql.ts";
import { caseBench, type CaseBench } from "./import-support.ts";

let bench: CaseBench;
beforeEach(async () => {
  bench = await caseBench();
});
afterEach(() => bench.remove());

const cloudtrailEvent = (name: string, more: object = {}): string =>
  JSON.stringify({
    eventVersion: "1.08",
    userIdentity: { type: "IAMUser", arn: "arn:aws:iam::1:user/ann", accessKeyId: "AKIA1" },
    eventTime: "2023-07-10T11:42:36Z",
    eventSource: "s3.amazonaws.com",
    eventName: name,
    eventID: name,
    ...more,
  });

async function importBytes(bytes: Uint8Array | string, name = "log.jsonl"): ReturnType<typeof importEvidence> {
  const path = join(bench.folder, name);
  await writeFile(path, bytes);
  return importEvidence(bench.session, path);
}

/** kind and action of every row, and the text of its record as the working copy has it. */
async function rows(): Promise<readonly (readonly [kind: unknown, action: unknown, record: string])[]> {
  const { caseFile } = bench.session;
  const found = await caseFile.query(sql`SELECT seq, kind, action FROM timeline_event ORDER BY seq`);
  return Promise.all(
    found.map(async (row) => {
      const record = Buffer.from(await caseFile.readRecord(Number(row["seq"]))).toString("latin1");
      return [row["kind"], row["action"], record] as const;
    }),
  );
}

describe("lines that are no records of the source", () => {
  const good = cloudtrailEvent("Good");
  const cases: readonly (readonly [what: string, line: Buffer, code: string])[] = [
    ["a truncated object", Buffer.from('{"eventName":"Cut","eventTime":"2023-'), "malformed-json"],
    ["plain text", Buffer.from("not json"), "malformed-json"],
    ["an empty line", Buffer.from(""), "blank-line"],
    ["white space", Buffer.from(" \t \v"), "blank-line"],
    ["two objects", Buffer.from('{"eventName":"A"}{"eventName":"B"}'), "trailing-data"],
    ["an array", Buffer.from('[{"eventName":"A"}]'), "not-an-object"],
    ["a string", Buffer.from('"text"'), "not-an-object"],
    ["null", Buffer.from("null"), "not-an-object"],
    ["a lone surrogate", Buffer.from('{"eventName":"\\ud800"}'), "lone-surrogate"],
    [
      "invalid UTF-8",
      Buffer.concat([Buffer.from('{"eventName":"'), Buffer.of(0xff, 0xfe), Buffer.from('"}')]),
      "invalid-utf8",
    ],
    ["a raw tab in a string", Buffer.from('{"eventName":"a\tb"}'), "malformed-json"],
    ["a byte order mark in the middle", Buffer.from('\ufeff{"eventName":"A"}'), "byte-order-mark"],
    ["an object of something else", Buffer.from('{"unrelated":1}'), "record-unmapped"],
    ["a NUL", Buffer.of(0), "malformed-json"],
    ["an object that is cut between members", Buffer.from('{"eventName":"Cut",'), "malformed-json"],
    ["an array that is cut between members", Buffer.from('[{"eventName":"Cut"},'), "malformed-json"],
    ["an object that is cut behind an object in it", Buffer.from('{"eventName":"A","b":{}'), "malformed-json"],
    ["an object that is cut behind a repeated name", Buffer.from('{"a":1,"a":[{'), "malformed-json"],
    ["a bracket too many", Buffer.from('{"eventName":"A"}]'), "trailing-data"],
  ];

  test.each(cases)("%s is a row and a problem at its place, and its neighbours are read", async (_, line, code) => {
    const bytes = Buffer.concat([Buffer.from(`${good}\n`), line, Buffer.from(`\n${cloudtrailEvent("After")}\n`)]);
    const result = await importBytes(bytes);
    expect([result.records, result.events]).toEqual([3, 3]);
    expect(result.problems).toMatchObject([{ code, file: "log.jsonl", line: 2, offset: good.length + 1 }]);
    expect(await rows()).toEqual([
      ["event", "Good", good],
      ["unreadable", null, line.toString("latin1")],
      ["event", "After", cloudtrailEvent("After")],
    ]);
  });

  test.each([
    ["a comma before the end", '{"eventName":"Odd","list":[1, ],}'],
    ["no number", '{"eventName":"Odd","n":NaN}'],
    ["an infinite number", '{"eventName":"Odd","n":-inf}'],
  ])("%s is no JSON, though it is read", async (_, line) => {
    const result = await importBytes(`${good}\n${line}\n${good}\n`);
    expect(result.problems).toMatchObject([{ code: "malformed-json", line: 2, offset: good.length + 1 }]);
    expect((await rows())[1]).toEqual(["event", "Odd", line]);
  });

  test("a record that goes on in the next line is two of which neither changes the other", async () => {
    const lines = [
      good,
      good.replace(/^(.{40}[^,]*,)(.*)$/s, "$1\n$2"),
      '{"outer":',
      good.replace("Good", "\\u0041"),
      "}x",
      good,
    ];
    const bytes = `${lines.join("\n")}\n`;
    await importBytes(bytes);
    expect((await rows()).map(([kind, action]) => [kind, action])).toEqual([
      ["event", "Good"],
      ["unreadable", null],
      ["unreadable", null],
      ["unreadable", null],
      ["event", "A"],
      ["unreadable", null],
      ["event", "Good"],
    ]);
  });

  test("all at once keep every record at its own row", async () => {
    const lines = cases.flatMap(([, line]) => [line, Buffer.from(good)]);
    const result = await importBytes(Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")])));
    expect(result.records).toBe(lines.length);
    expect(result.problems.map((problem) => [problem.line, problem.code])).toEqual(
      cases.map(([, , code], index) => [2 * index + 1, code]),
    );
    expect((await rows()).map(([, , record]) => record)).toEqual(lines.map((line) => line.toString("latin1")));
  });

  test("a line too large to be mapped is kept whole", async () => {
    const large = `{"eventName":"Large","x":"${"a".repeat(17 * 1024 * 1024)}"}`;
    const result = await importBytes(`${good}\n${large}\n${cloudtrailEvent("After")}`);
    expect(result.problems).toMatchObject([{ code: "record-too-large", line: 2 }]);
    expect((await rows()).map(([kind, action, record]) => [kind, action, record.length])).toEqual([
      ["event", "Good", good.length],
      ["unreadable", null, large.length],
      ["event", "After", cloudtrailEvent("After").length],
    ]);
  });
});

describe("lines that tools read differently", () => {
  test("a carriage return belongs to the record and does not harm it", async () => {
    const result = await importBytes(`${cloudtrailEvent("A")}\r\n${cloudtrailEvent("B")}\r\n`);
    expect(result.problems).toEqual([]);
    expect(await rows()).toEqual([
      ["event", "A", `${cloudtrailEvent("A")}\r`],
      ["event", "B", `${cloudtrailEvent("B")}\r`],
    ]);
  });

  test("a byte order mark at the start is noted and the first record is read", async () => {
    const result = await importBytes(`\ufeff${cloudtrailEvent("A")}\n`);
    expect(result.problems).toEqual([]);
    expect(result.notes).toContainEqual({ code: "byte-order-mark", count: 1 });
    expect((await rows()).map(([kind, action]) => [kind, action])).toEqual([["event", "A"]]);
  });

  test("of a name given twice the first counts", async () => {
    await importBytes(`${cloudtrailEvent("First").slice(0, -1)},"eventName":"Second"}\n`);
    expect((await rows()).map(([, action]) => action)).toEqual(["First"]);
  });

  test("a last line without a line feed is a record", async () => {
    expect((await importBytes(`${cloudtrailEvent("A")}\n${cloudtrailEvent("B")}`)).records).toBe(2);
  });

  test("a member of an unexpected type costs its own columns only", async () => {
    await importBytes(
      `${cloudtrailEvent("A", { userIdentity: "ann", resources: { ARN: "x" }, requestParameters: [1] })}\n`,
    );
    expect((await rows()).map(([kind, action]) => [kind, action])).toEqual([["event", "A"]]);
  });
});

describe("NUL", () => {
  const NUL = "\u0000";
  /** Seqs of the events that a query finds. */
  const found = async (query: string): Promise<readonly number[]> => {
    const { caseFile } = bench.session;
    const events = await caseFile.query(
      sql`SELECT seq FROM timeline_event WHERE ${querySql(parseQuery(query))} ORDER BY seq`,
    );
    return events.map((row) => Number(row["seq"]));
  };

  test("escaped in values and names is read and found whole, and bare is a problem at its place", async () => {
    const lines = [
      cloudtrailEvent(`Get${NUL}Object`, { [`errorCode${NUL}`]: "x" }),
      cloudtrailEvent("A", { userIdentity: { arn: `arn${NUL}:ann`, [NUL]: 1 } }),
      cloudtrailEvent("Bare").replace("Bare", `Ba${NUL}re`),
      cloudtrailEvent("A").replace("eventID", `event${NUL}ID`),
      cloudtrailEvent("A").replace(",", `,${NUL}`),
      `${cloudtrailEvent("A")}${NUL}`,
      cloudtrailEvent("Last"),
    ];
    const result = await importBytes(lines.map((line) => `${line}\n`).join(""));
    const start = (line: number): number => lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
    expect(result.problems.map(({ code, line, offset }) => [code, line, offset])).toEqual([
      ["malformed-json", 3, start(3)],
      ["malformed-json", 4, start(4)],
      ["malformed-json", 5, start(5)],
      ["trailing-data", 6, start(6)],
    ]);
    expect((await rows()).map(([kind, action, record]) => [kind, action, record])).toEqual(
      lines.map((line, index) => {
        const action = [`Get${NUL}Object`, "A", null, null, null, null, "Last"][index];
        return [action === null ? "unreadable" : "event", action, line];
      }),
    );
    expect(await found("object")).toEqual([0]);
    expect(await found(`action:"Get${NUL}Object"`)).toEqual([0]);
    expect(await found("action:get*object")).toEqual([0]);
    expect(await found('principal:~"^arn.:ann$"')).toEqual([1]);
    expect(await found("error:*")).toEqual([]);
  });

  test("in the cells of a table is read and found whole", async () => {
    const cells = `time,action,user\n2026-01-02T03:04:05Z,r${NUL}w,u\n2026-01-02T03:04:05Z,"q${NUL}q",${NUL}\n`;
    const result = await importBytes(cells, "log.csv");
    expect([result.records, result.problems]).toEqual([2, []]);
    expect((await rows()).map(([, action]) => action)).toEqual([`r${NUL}w`, `q${NUL}q`]);
    expect(await found(`action:"q${NUL}q"`)).toEqual([1]);
    expect(await found(`principal:"${NUL}"`)).toEqual([1]);
  });

  test("in the name of a column leaves the others, and is noted", async () => {
    const cells = `time,us${NUL}er,action\n2026-01-02T03:04:05Z,ann,Read\n2026-01-02T03:04:06Z,bob,Write\n`;
    const result = await importBytes(cells, "log.csv");
    expect([result.records, result.events, result.problems]).toEqual([2, 2, []]);
    expect(result.notes).toContainEqual({ code: "column-without-name", count: 1 });
    expect((await rows()).map(([, action]) => action)).toEqual(["Read", "Write"]);
  });
});

describe("times", () => {
  test("absent is undated, unreadable and out of range are problems, and the text is kept", async () => {
    const time = (eventTime: unknown): string => cloudtrailEvent("A", { eventTime });
    const result = await importBytes(
      [
        time("2023-07-10T11:42:36.123456789+02:00"),
        time(undefined),
        time("yesterday"),
        time("1985-01-01T00:00:00Z"),
        time("2023-02-30T00:00:00Z"),
      ].join("\n"),
    );
    expect(result.undated).toBe(4);
    expect(result.notes).toContainEqual({ code: "undated", count: 1 });
    expect(result.problems.map((problem) => [problem.line, problem.code])).toEqual([
      [3, "time-unreadable"],
      [4, "time-out-of-range"],
      [5, "time-unreadable"],
    ]);
    const found = await bench.session.caseFile.query(sql`SELECT time, time_recorded FROM event ORDER BY seq`);
    expect(found.map((row) => row["time_recorded"])).toEqual([
      "2023-07-10T11:42:36.123456789+02:00",
      null,
      "yesterday",
      "1985-01-01T00:00:00Z",
      "2023-02-30T00:00:00Z",
    ]);
    expect(found[0]?.["time"]).toBe(1688982156123456789n);
  });
});

describe("tables", () => {
  test("the place of a problem is the line of the file, also behind cells with line breaks", async () => {
    const cells = [
      "time,action,note",
      '2026-01-02T03:04:05Z,A,"two\nlines"',
      "soon,B,",
      '2026-01-02T03:04:05Z,C,"three\n\nlines"',
      '2026-01-02T03:04:05Z,D,"cut\n",more',
      "never,E,\r",
      "",
    ];
    const text = cells.join("\n");
    const { problems } = await importBytes(text, "log.csv");
    const place = (row: string): readonly number[] => {
      const offset = text.indexOf(row);
      return [text.slice(0, offset).split("\n").length, offset];
    };
    expect(problems.map(({ code, line, offset }) => [code, line, offset])).toEqual([
      ["time-unreadable", ...place("soon")],
      ["cells-differ", ...place("2026-01-02T03:04:05Z,D")],
      ["time-unreadable", ...place("never")],
    ]);
  });
});

describe("documents", () => {
  const folder = async (files: Readonly<Record<string, string>>): ReturnType<typeof importEvidence> => {
    const root = join(bench.folder, "export");
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(root, path, ".."), { recursive: true });
      await writeFile(join(root, path), content);
    }
    return importEvidence(bench.session, root);
  };

  test("pretty-printed members of Records are rows with their exact bytes", async () => {
    const member = JSON.stringify(JSON.parse(cloudtrailEvent("A")), undefined, 2);
    const result = await importBytes(`{\n  "Records": [\n${member},\r\n${cloudtrailEvent("B")}\n  ]\n}\n`, "a.json");
    expect([result.records, result.problems]).toEqual([2, []]);
    expect(await rows()).toEqual([
      ["event", "A", member],
      ["event", "B", cloudtrailEvent("B")],
    ]);
  });

  test("a document cut off keeps what is whole and lists the rest", async () => {
    const result = await importBytes(`{"Records":[${cloudtrailEvent("A")},{"eventName":"Cu`, "a.json");
    expect(result.problems).toMatchObject([{ line: 1, code: "malformed-json" }]);
    expect((await rows()).map(([kind, action]) => [kind, action])).toEqual([
      ["event", "A"],
      ["unreadable", null],
    ]);
  });

  test.each([
    ["objects", '{"a":', "}"],
    ["arrays", "[", "]"],
  ])("nested deeper than is read strictly in %s keep their rows and have a problem", async (_, open, close) => {
    const deep = (levels: number): string => `${open.repeat(levels)}1${close.repeat(levels)}`;
    const record = (levels: number): string => cloudtrailEvent("A").replace("{", `{"deep":${deep(levels)},`);
    const lines = [record(100), record(300), record(20_000), cloudtrailEvent("B")];
    const result = await importBytes(`${lines.join("\n")}\n`, "a.jsonl");
    expect(result.problems.map(({ code, line }) => [code, line])).toEqual([
      ["too-deep", 2],
      ["too-deep", 3],
    ]);
    expect(await rows()).toEqual(lines.map((line) => ["event", line.includes('"B"') ? "B" : "A", line]));
  });

  const broken: readonly (readonly [what: string, member: string, code: string])[] = [
    ["no value", '{"eventName":}', "malformed-json"],
    ["a bare word", "oops", "malformed-json"],
    ["nothing between two commas", "", "blank-line"],
    ["a string", '"oops"', "not-an-object"],
    ["a bracket of the other kind", '{"a":[1}]', "malformed-json"],
    ["a bracket too many", '{"a":1}}', "trailing-data"],
    ["two objects", '{"eventName":"A"} {"eventName":"B"}', "trailing-data"],
    ["a string with a line break", '{"eventName":"A\n"}', "malformed-json"],
    ["nesting of 20,000", `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`, "too-deep"],
  ];

  test.each([
    ["[", "]"],
    ['{"Records":[', "]}"],
  ])("broken members of %s…%s are rows with a problem at their places among good ones", async (open, close) => {
    const [first, last] = [cloudtrailEvent("First"), cloudtrailEvent("Last")];
    const members = [first, ...broken.flatMap(([, member]) => [member, cloudtrailEvent("Good")]), last];
    const text = `${open}\n${members.join(",\n")}\n${close}`;
    const result = await importBytes(text, "a.json");
    expect(result.records).toBe(members.length);
    const starts = broken.map((_, index) => `${open}\n${members.slice(0, 1 + 2 * index).join(",\n")},\n`);
    expect(result.problems.map(({ code, line, offset }) => [code, line, offset])).toEqual(
      broken.map(([, , code], index) => [code, starts[index]?.split("\n").length, starts[index]?.length]),
    );
    expect(await rows()).toEqual(
      members.map((member) => {
        const isBroken = broken.some(([, text]) => text === member);
        return isBroken ? ["unreadable", null, member] : ["event", /"eventName":"(\w+)"/.exec(member)?.[1], member];
      }),
    );
  });

  test.each([
    ["a bracket too few", '{"a":[1}'],
    ["a string that does not end", '{"a":"x}'],
  ])("a member with %s is one row with all behind it, and says so", async (_, member) => {
    const rest = `${member},${cloudtrailEvent("Behind")}]}`;
    const result = await importBytes(`{"Records":[${cloudtrailEvent("A")},\n${rest}\n`, "a.json");
    expect(result.problems).toMatchObject([{ code: "malformed-json", line: 2 }]);
    expect(result.problems[0]?.message).toContain("all behind it is in this record");
    expect((await rows()).map(([kind, , record]) => [kind, record])).toEqual([
      ["event", cloudtrailEvent("A")],
      ["unreadable", rest],
    ]);
  });

  test("text behind the document is a row, and its members are read", async () => {
    const result = await importBytes(`{"Records":[\n${cloudtrailEvent("A")}]}rest\n`, "a.json");
    expect(result.problems).toMatchObject([{ code: "malformed-json", line: 2 }]);
    expect((await rows()).map(([, action]) => action)).toEqual(["A", null]);
  });

  test("lines of which the first breaks off inside a list of its own are lines", async () => {
    const cut = '{"eventName":"Cut","items":[{"a":1},';
    await importBytes([cut, cloudtrailEvent("A"), cloudtrailEvent("B")].join("\n"));
    expect((await rows()).map(([, action]) => action)).toEqual([null, "A", "B"]);
  });

  test("one pretty-printed event is one record", async () => {
    const event = JSON.stringify(JSON.parse(cloudtrailEvent("A")), undefined, 2);
    expect((await importBytes(`${event}\n`, "a.json")).records).toBe(1);
    expect(await rows()).toEqual([["event", "A", event]]);
  });

  test("records of a folder come in order of their paths, and what is no log is noted", async () => {
    const result = await folder({
      "AWSLogs/1/CloudTrail/b.json": `{"Records":[${cloudtrailEvent("B1")},${cloudtrailEvent("B2")}]}`,
      "AWSLogs/1/CloudTrail/a.json": `{"Records":[${cloudtrailEvent("A")}]}`,
      "AWSLogs/1/CloudTrail/empty.json": `{"Records":[]}`,
      "AWSLogs/1/CloudTrail-Digest/d.json": `{"digestStartTime":"2023-07-10T11:42:36Z"}`,
      "README.txt": "hello",
    });
    expect(result.notes).toEqual([
      { code: "accompanying-file", count: 1 },
      { code: "file-without-records", count: 1 },
    ]);
    expect((await rows()).map(([, action]) => action)).toEqual(["A", "B1", "B2"]);
    const { caseFile } = bench.session;
    expect(await caseFile.locate(2)).toMatchObject({ file: "AWSLogs/1/CloudTrail/b.json", line: 2, row: 2 });
  });

  test("equal records are copies of the first, equal ids of other bytes a conflict", async () => {
    const result = await folder({
      "a.jsonl": `${cloudtrailEvent("A")}\n${cloudtrailEvent("A")}\n`,
      "b.jsonl": `${cloudtrailEvent("A")}\n${cloudtrailEvent("A", { awsRegion: "eu-west-1" })}\n`,
    });
    expect(result.notes).toEqual([
      { code: "copy", count: 2 },
      { code: "event-id-conflict", count: 1 },
    ]);
    const copies = await bench.session.caseFile.query(sql`SELECT seq, first_seq FROM record_copy ORDER BY seq`);
    expect(copies).toEqual([
      { seq: 1n, first_seq: 0n },
      { seq: 2n, first_seq: 0n },
    ]);
  });
});
