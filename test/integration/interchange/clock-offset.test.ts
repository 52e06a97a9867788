import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { exportCustody } from "../../../core/interchange/export-custody.ts";
import { exportEvents } from "../../../core/interchange/export-events.ts";
import { exportFormat } from "../../../core/interchange/formats.ts";
import { setClockOffset } from "../../../core/triage/clock-offsets.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

const RECORDED_MS = Date.UTC(2026, 0, 2, 9, 0, 0);
/** The time as the record has it. */
const VERBATIM = String(RECORDED_MS);
const OFFSET = { exhibit: "X-1", nanoseconds: 90_000_000_000n, method: "stated by the owner", anchors: [] };
const RECORDED = "2026-01-02T09:00:00Z";
const SHIFTED = "2026-01-02T09:01:30Z";

let bench: CaseBench;

beforeAll(async () => {
  bench = await caseBench();
  const path = join(bench.folder, "log.jsonl");
  await writeFile(path, `{"class_uid":6003,"time":${RECORDED_MS},"activity_id":1,"metadata":{"uid":"e1"}}\n`);
  await importEvidence(bench.session, path, { source: "ocsf" });
  await setClockOffset(bench.session, OFFSET);
}, 60_000);
afterAll(() => bench.remove());

const order = (out: string) => ({
  question: { query: "", from: null, to: null, logRecords: true, copies: true },
  out: join(bench.folder, out),
  program: { version: "0", build: "test" },
  exportedAt: "2026-01-03T00:00:00Z",
  signer: null,
  journal: bench.session.custody,
});

async function exported(name: string, out: string): Promise<string> {
  const wanted = order(out);
  await exportEvents(bench.session.caseFile, { ...wanted, format: exportFormat(name, wanted.out, wanted.exportedAt) });
  return readFile(wanted.out, "utf8");
}

const offsetsIn = async (out: string): Promise<unknown> => {
  const manifest = JSON.parse(await readFile(join(bench.folder, `${out}.manifest.json`), "utf8")) as {
    readonly clock: { readonly offsets: unknown };
  }; // as docs/exports.md describes it
  return manifest.clock.offsets;
};

describe("under a clock offset an event is exported with the time that was recorded and the one that is shown", () => {
  test.each([
    [
      "timesketch",
      "t.jsonl",
      { datetime: "2026-01-02T09:00:00.000000+00:00", time_recorded: VERBATIM, time_shifted: SHIFTED },
    ],
    ["ocsf", "o.jsonl", { time: RECORDED_MS, unmapped: { time_recorded: VERBATIM, time_shifted: SHIFTED } }],
    ["ecs", "e.jsonl", { "@timestamp": RECORDED, assay: { time_recorded: VERBATIM, time_shifted: SHIFTED } }],
    ["json_line", "p.jsonl", { timestamp: RECORDED_MS * 1_000, time_recorded: VERBATIM, time_shifted: SHIFTED }],
    ["jsonl", "j.jsonl", { time: RECORDED, timeRecorded: VERBATIM, timeShifted: SHIFTED }],
  ])("%s", async (name, out, expected) => {
    expect(JSON.parse(await exported(name, out))).toMatchObject(expected);
    expect(await offsetsIn(out)).toMatchObject([{ exhibit: "X-1", nanoseconds: "90000000000" }]);
  });

  test.each([
    ["timesketch", "t.csv", "datetime", "2026-01-02T09:00:00.000000+00:00", "time_shifted"],
    ["csv", "c.csv", "time", RECORDED, "timeShifted"],
  ])("%s as CSV", async (name, out, column, recorded, shiftedColumn) => {
    const [header = "", row = ""] = (await exported(name, out)).split("\r\n");
    // No cell before these holds a comma.
    const cellOf = (label: string): string | undefined => row.split(",")[header.split(",").indexOf(label)];
    expect([cellOf(column), cellOf(shiftedColumn)]).toEqual([recorded, SHIFTED]);
    expect(await offsetsIn(out)).toMatchObject([{ exhibit: "X-1", nanoseconds: "90000000000" }]);
  });

  test("stix", async () => {
    const bundle = JSON.parse(await exported("stix", "s.json")) as { readonly objects: readonly object[] };
    const observed = bundle.objects.find((item) => "type" in item && item.type === "observed-data");
    expect(observed).toMatchObject({ first_observed: RECORDED, last_observed: RECORDED });
    expect(JSON.stringify(observed)).toContain(`"time_recorded":"${VERBATIM}","time_shifted":"${SHIFTED}"`);
    expect(await offsetsIn("s.json")).toMatchObject([{ exhibit: "X-1", nanoseconds: "90000000000" }]);
  });

  test("l2tcsv", async () => {
    const row = (await exported("l2tcsv", "l.csv")).split("\r\n")[1] ?? "";
    expect(row).toContain("01/02/2026,09:00:00,UTC");
    expect(row).toContain(`time_recorded: ${VERBATIM}; time_shifted: ${SHIFTED}`);
    expect(await offsetsIn("l.csv")).toMatchObject([{ exhibit: "X-1", nanoseconds: "90000000000" }]);
  });

  test("CASE, which holds no events, has the act that set it, and its manifest the offset", async () => {
    const wanted = order("case.jsonld");
    await exportCustody(bench.session.caseFile, wanted);
    const document = JSON.parse(await readFile(wanted.out, "utf8")) as { readonly "@graph": readonly object[] };
    expect(document["@graph"]).toContainEqual(expect.objectContaining({ "uco-core:name": "clock.offset-set" }));
    expect(await offsetsIn("case.jsonld")).toMatchObject([
      { exhibit: "X-1", nanoseconds: "90000000000", method: "stated by the owner" },
    ]);
  });
});
