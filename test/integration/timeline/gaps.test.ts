import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { type VerificationFinding } from "../../../core/model/verdict.ts";
import { readGaps } from "../../../core/casefile/gaps.ts";
import { caseWithEvents, type StoredEvent } from "../../support/timeline-case.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-gaps-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Ten events a second apart, the sixth without a time. */
const EVENTS: readonly StoredEvent[] = Array.from({ length: 10 }, (_, seq) => ({
  kind: "event",
  time: seq === 5 ? null : BigInt(seq) * 1_000_000_000n,
  principal: null,
  action: null,
  outcome: null,
  address: null,
  resource: null,
  verdict: null,
}));

async function gapsOf(findings: readonly VerificationFinding[]) {
  const caseFile = await caseWithEvents(join(folder, "g.assay"), EVENTS, findings);
  try {
    return await readGaps(caseFile);
  } finally {
    await caseFile.close();
  }
}

const missing = (where: VerificationFinding["where"]): VerificationFinding => ({
  code: "records-missing",
  verdict: "altered",
  message: "events are missing",
  where,
});

test("missing records lie before the row that the finding's line names", async () => {
  expect(await gapsOf([missing({ index: 3, endIndex: 6, file: "log.jsonl", line: 4 })])).toEqual([
    {
      exhibit: "X-1",
      beforeSeq: 3,
      from: 2_000_000_000n,
      to: 3_000_000_000n,
      missing: 4,
      message: "events are missing",
      altered: true,
    },
  ]);
});

test("without a line the row follows from the position, less everything missing before it", async () => {
  const gaps = await gapsOf([missing({ index: 12, endIndex: 12 }), missing({ index: 2, endIndex: 8 })]);
  expect(gaps.map(({ beforeSeq, missing: count }) => [beforeSeq, count])).toEqual([
    [2, 7],
    [5, 1],
  ]);
});

test("an undated neighbour gives way to the next dated one", async () => {
  const [gap] = await gapsOf([missing({ index: 5, endIndex: 5 })]);
  expect(gap).toMatchObject({ beforeSeq: 5, from: 4_000_000_000n, to: 6_000_000_000n });
});

test("records missing at the end lie before nothing", async () => {
  const [gap] = await gapsOf([{ ...missing({ index: 10, endIndex: 19 }), code: "tail-missing" }]);
  expect(gap).toMatchObject({ beforeSeq: null, from: 9_000_000_000n, to: null, missing: 10 });
});

test("a changed record is no gap", async () => {
  expect(await gapsOf([{ ...missing({ index: 1, endIndex: 1 }), code: "record-altered" }])).toEqual([]);
});
