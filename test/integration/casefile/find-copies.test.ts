import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
