import fc from "fast-check";
import { expect, test } from "vitest";

import { LoadQueue } from "../../../core/casefile/load-queue.ts";
import { type StagedLog } from "../../../core/casefile/load-group.ts";
import { ocsf } from "../../../core/sources/ocsf.ts";

const RECORDS = 10_000;

function stagedLog(file: number): StagedLog {
  const path = `${file}.jsonl`;
  return {
    file,
    path,
    stagedPath: path,
    loadPath: path,
    framing: { kind: "lines" },
    firstRow: file * RECORDS,
    records: RECORDS,
    byteLength: 8 * 1024 ** 2,
    sha256: "",
    source: { source: ocsf, mixed: false },
  };
}

/** Groups that a queue loads of `count` files when it expects `expected`, each as slow as files are staged meanwhile. */
async function groupsOf(count: number, expected: number, filesMeanwhile: number): Promise<readonly number[][]> {
  const groups: number[][] = [];
  let end: () => void = () => undefined;
  let sinceBegun = 0;
  const steps = {
    settleFile: () => Promise.resolve(),
    settleRecords: () => Promise.resolve(),
    commit: async (files: readonly StagedLog[]) => {
      groups.push(files.map(({ file }) => file));
      sinceBegun = 0;
      await new Promise<void>((resolve) => (end = resolve));
    },
  };
  const queue = new LoadQueue(steps, [], expected);
  for (let file = 0; file < count; file += 1) {
    const adding = queue.add(stagedLog(file));
    sinceBegun += 1;
    if (sinceBegun >= filesMeanwhile) end();
    // A full group waits for the one before.
    const hasTime = await Promise.race([adding.then(() => true), new Promise((resolve) => setImmediate(resolve))]);
    if (hasTime !== true) end();
    await adding;
  }
  const finishing = queue.finish();
  let isDone = false;
  void finishing.then(() => (isDone = true));
  while (!isDone) {
    end();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return groups;
}

test("every file is loaded once, in order, in groups of at most 64", async () => {
  const counts = fc.tuple(fc.nat(300), fc.integer({ min: -20, max: 20 }), fc.integer({ min: 1, max: 80 }));
  await fc.assert(
    fc.asyncProperty(counts, async ([count, wrong, filesMeanwhile]) => {
      const groups = await groupsOf(count, Math.max(0, count + wrong), filesMeanwhile);
      expect(groups.flat()).toEqual(Array.from({ length: count }, (_, file) => file));
      for (const group of groups) expect(group.length).toBeGreaterThan(0);
      for (const group of groups) expect(group.length).toBeLessThanOrEqual(64);
    }),
  );
});

test("little is not left for the end", async () => {
  // 7 files are an eighth of a full group, 50 all of it; of the 53 left behind those, 50 would leave 3.
  const sizes = (await groupsOf(110, 110, 1_000)).map(({ length }) => length);
  expect(sizes).toEqual([7, 50, 27, 26]);
});
