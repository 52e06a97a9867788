// What is done to a case from the command line stands in its journal, act by act and in order (docs/formats/custody-journal.md).
import { readFile } from "node:fs/promises";

import { afterAll, beforeAll, expect, test } from "vitest";

import { cliBench, ocsfLines, type CliBench } from "./cli-bench.ts";

let bench: CliBench;

beforeAll(async () => {
  bench = await cliBench();
  await bench.file("log.jsonl", ocsfLines(0, 5));
  await bench.file("details.yaml", "title: Gateway\n");
});
afterAll(() => bench.remove());

/** The acts of the journal, without opening and closing, which stand around those of every command. */
async function acts(): Promise<readonly string[]> {
  const journal = await readFile(bench.path("a.assay", "custody.jsonl"), "utf8");
  const actions = journal
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse((JSON.parse(line) as { readonly e: string }).e) as { readonly action: string })
    .map(({ action }) => action);
  return actions.filter((action) => !["session.opened", "case.opened", "case.closed"].includes(action));
}

const FINDING = ["--title", "A read", "--class", "fact", "--basis", "the record", "--uncertainty", "the clock"];

test("every act on a case is an entry of its journal, and the journal stays verified", async () => {
  const done: readonly (readonly [readonly string[], readonly string[]])[] = [
    [
      ["import", "log.jsonl"],
      ["case.created", "key.created", "exhibit.imported"],
    ],
    [["import", "log.jsonl"], ["exhibit.import-repeated"]],
    [["case", "set", "--details", "details.yaml"], ["case.details-set"]],
    [["detect"], ["rules.run"]],
    [
      ["finding", "add", ...FINDING, "--statement", "This clearly proves the read.", "--event", "1"],
      ["finding.created", "exhibit.added"],
    ],
    [
      ["finding", "add", ...FINDING, "--statement", "A second reading.", "--event", "2"],
      ["finding.created", "exhibit.added"],
    ],
    [
      ["finding", "edit", "F-0002", "--statement", "A third reading.", "--event", "3"],
      ["finding.edited", "exhibit.added", "exhibit.removed"],
    ],
    [["finding", "withdraw", "F-0002", "--reason", "said twice"], ["finding.withdrawn"]],
    [["custody", "--record", "note", "--text", "the disk was sealed"], ["note.added"]],
    [["custody", "--record", "review", "--person", "L. Brandt", "--text", "read again"], ["review.done"]],
    [["custody", "--record", "handover", "--person", "L. Brandt", "--text", "receipt 17"], ["handover"]],
    [
      ["report", "--out", "one", "--keep-wording", "quoted from the question"],
      ["wording.kept", "report.assembled", "report.rendered", "report.signed", "package.exported"],
    ],
    [
      ["report", "--out", "two", "--redact", "EX-00001=personal data"],
      ["report.assembled", "report.rendered", "report.signed", "package.redacted"],
    ],
    [["export", "--format", "jsonl", "--out", "e.jsonl"], ["events.exported"]],
    [["export", "--format", "case", "--out", "c.jsonld"], ["custody.exported"]],
  ];
  const expected: string[] = [];
  for (const [[command = "", ...words], entries] of done) {
    const split = ["case", "finding"].includes(command) ? 1 : 0;
    const run = await bench.run(command, ...words.slice(0, split), "--case", "a.assay", ...words.slice(split));
    expect([words, run.code, run.stderr.includes("assay:")]).toEqual([words, 0, false]);
    expected.push(...entries);
  }
  await bench.file("empty.jsonl", "");
  expect((await bench.run("import", "empty.jsonl", "--case", "a.assay")).code).toBe(3);
  expected.push("exhibit.import-failed");
  expect((await acts()).toSorted()).toEqual(expected.toSorted());
  const { json } = await bench.run("custody", "--case", "a.assay", "--verify", "--json");
  expect(json).toMatchObject({ verdict: "verified", findings: [] });
}, 60_000);
