import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { findCopies } from "../../../core/casefile/find-copies.ts";
import { SidecarWriter } from "../../../core/casefile/sidecar-writer.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-copies-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A sidecar whose records have these leaf hashes, as 32 Latin-1 characters each. */
function sidecarOf(name: string, leaves: readonly string[]): string {
  const path = join(folder, name);
  const writer = new SidecarWriter(path, 0);
  for (const leaf of leaves) writer.append(0, 1, leaf);
  writer.close();
  return path;
}

const leafOf = (start: string, end: string): string => start.padEnd(24, "-") + end.padStart(8, "-");

test("copies are found in the last sidecar and before it, and told by the whole hash", async () => {
  const [a, b, c, d] = [leafOf("same", "1"), leafOf("same", "2"), leafOf("same", "3"), leafOf("other", "1")];
  const earlier = sidecarOf("earlier.idx", [a, b, a]);
  const empty = sidecarOf("empty.idx", []);
  const last = sidecarOf("last.idx", [c, b, d, c, d, a]);
  const { pairs } = await findCopies([earlier, empty, last]);
  expect([...pairs]).toEqual([1, 1, 3, 3, 4, 5, 5, 0]);
});

test("copies among earlier exhibits are theirs", async () => {
  const earlier = sidecarOf("twice.idx", [leafOf("x", "1"), leafOf("x", "1")]);
  const { pairs } = await findCopies([earlier, sidecarOf("none.idx", [leafOf("y", "1")])]);
  expect([...pairs]).toEqual([]);
});

test("any records are compared as they are by their whole hashes", async () => {
  // Few beginnings and few ends: many begin alike, in every order.
  const leaf = fc.tuple(fc.nat(2), fc.nat(2)).map(([start, end]) => leafOf(`${start}`, `${end}`));
  const logs = fc.array(fc.array(leaf, { maxLength: 12 }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(logs, async (leaves) => {
      const { pairs } = await findCopies(leaves.map((log, index) => sidecarOf(`any-${index}.idx`, log)));
      expect([...pairs]).toEqual(copiesByMap(leaves));
    }),
  );
});

test("copies are found among more records than are looked at together", async () => {
  const hashOf = (index: number): string => createHash("sha256").update(`${index}`).digest().toString("latin1");
  const leaves = Array.from({ length: 70_000 }, (_, index) =>
    hashOf(index % 200 === 99 ? Math.floor(index / 2) : index),
  );
  const logs = [leaves.slice(0, 20_000), leaves.slice(20_000)];
  const { pairs } = await findCopies(logs.map((log, index) => sidecarOf(`many-${index}.idx`, log)));
  expect(pairs).toHaveLength(2 * 250);
  expect([...pairs]).toEqual(copiesByMap(logs));
});

/** Rows of the last log whose hash an earlier record has, each with the first position that has it. */
function copiesByMap(logs: readonly (readonly string[])[]): readonly number[] {
  const firsts = new Map<string, number>();
  const pairs: number[] = [];
  const all = logs.flat();
  const firstOfLast = all.length - (logs.at(-1)?.length ?? 0);
  for (const [position, leaf] of all.entries()) {
    const first = firsts.get(leaf);
    const row = position - firstOfLast;
    if (first === undefined) firsts.set(leaf, position);
    else if (row >= 0) pairs.push(row, first);
  }
  return pairs;
}
