import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { sealBundle } from "../../../core/bundle/seal.ts";
import { importEvidence } from "../../../core/casefile/import.ts";
import { PACK } from "../../../core/detection/pack.ts";
import { readRules } from "../../../core/detection/read-rules.ts";
import { caseWithEvidence } from "../../support/detection-case.ts";
import { sealOptions } from "../../support/sealed-bundle.ts";
import { ocsf, type Act } from "./pack-examples.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-near-gaps-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const MINUTE = 60;
const linesOf = (acts: readonly Act[]): string =>
  acts.map((act, index) => `${JSON.stringify(ocsf(act, index))}\n`).join("");
const made = (at: number, change: Partial<Act> = {}): Act => ({ at, action: "CreateAccessKey", ...change });
const read = (at: number): Act => ({ at, action: "read" });

/** A bundle with a segment of each of these, in a folder. */
async function sealed(segments: readonly (readonly Act[])[]): Promise<string> {
  const inputs = segments.map((acts, position) => ({
    name: `input-${position}.jsonl`,
    async *open(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from(linesOf(acts)));
    },
  }));
  await sealBundle(sealOptions(folder, [], { inputs }));
  return join(folder, "bundle");
}

const RULE = readRules(PACK).rules.find(({ name }) => name === "assay_privilege_beside_gap");

test("a privileged act counts inside missing records and up to an hour beside them, whatever exhibit it is in", async () => {
  const bundle = await sealed([
    [made(0), made(180 * MINUTE), made(181 * MINUTE, { outcome: "denied" }), read(240 * MINUTE)],
    [read(250 * MINUTE)],
    [read(300 * MINUTE), made(360 * MINUTE), made(361 * MINUTE)],
  ]);
  const segments = join(bundle, "data", "segments");
  await rm(join(segments, (await readdir(segments)).sort()[1] ?? ""));
  const open = await caseWithEvidence(folder, bundle);
  try {
    const other = join(folder, "other.jsonl");
    await writeFile(other, linesOf([made(270 * MINUTE), made(365 * MINUTE)]));
    await importEvidence(open.session, other);
    const state = await open.run([RULE?.text ?? ""]);
    expect(state.hits.map(({ title, count }) => [title, count])).toEqual([
      ["Privileged act beside missing records", 3],
    ]);
    // After 180, 270 and 360 minutes. The records that a log writes about itself are numbered, too.
    expect(await open.hits(RULE?.id ?? "")).toEqual([2, 11, 8]);
  } finally {
    await open.close();
  }
});

test("the surroundings of several gaps reach as far as the widest of those that overlap", async () => {
  const bundle = await sealed([
    [made(0), read(100 * MINUTE)],
    [read(101 * MINUTE)],
    [made(110 * MINUTE)],
    [read(115 * MINUTE)],
    [read(120 * MINUTE), made(180 * MINUTE), made(181 * MINUTE)],
    [read(300 * MINUTE)],
    [made(420 * MINUTE), made(481 * MINUTE)],
  ]);
  const segments = join(bundle, "data", "segments");
  const names = (await readdir(segments)).sort();
  for (const position of [1, 3, 5]) await rm(join(segments, names[position] ?? ""));
  const open = await caseWithEvidence(folder, bundle);
  try {
    const state = await open.run([RULE?.text ?? ""]);
    // From 40 to 180 and from 121 to 480 minutes: neither the act at the start nor the one at 481.
    expect(state.hits.map(({ count }) => count)).toEqual([4]);
  } finally {
    await open.close();
  }
});

test("in evidence without gaps nothing is beside one", async () => {
  const open = await caseWithEvidence(folder, await sealed([[made(0)], [made(10)]]));
  try {
    expect((await open.run([RULE?.text ?? ""])).hits).toEqual([]);
  } finally {
    await open.close();
  }
});
