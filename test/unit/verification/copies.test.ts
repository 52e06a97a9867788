import { beforeAll, expect, it } from "vitest";

import { memoryContainer } from "../../../core/bundle/memory-container.ts";
import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { present } from "../../../core/model/assert.ts";
import { compareCopies, type LogCopy } from "../../../core/verification/copies.ts";
import { verifyTileLog } from "../../../core/verification/tiles.ts";
import { judge, linesOf, memoryBundle, segmentsOf, setLines, type MemoryBundle } from "../../support/memory-bundle.ts";
import { ORIGIN, testKey, trusting } from "../../support/sealed-bundle.ts";
import { tileLog } from "../../support/tile-log.ts";

const COUNTS = [4, 5, 3];
const MIDDLE = { range: { first: 6, last: 12 }, policy: { id: "audit-90d", period: null } };

let whole: MemoryBundle;
let less: MemoryBundle;

beforeAll(async () => {
  whole = await memoryBundle(COUNTS);
  less = await memoryBundle(COUNTS, { expire: [MIDDLE] });
});

async function copyOf(bundle: MemoryBundle): Promise<LogCopy> {
  const judgement = await judge(bundle, trusting(testKey()));
  const newest = present(judgement.state, "a checkpoint");
  const { segments, comparedStates: states } = judgement;
  return { newest, states, segments, signedLeaves: () => judgement.signedLeaves };
}

/** One record of the first segment changed, and the tiles gone that would tell which. */
function damaged(bundle: MemoryBundle): MemoryBundle {
  const changed = new Map([...bundle].filter(([path]) => !path.startsWith("data/tile/")));
  const [path = ""] = segmentsOf(changed);
  setLines(changed, path, linesOf(changed, path).with(2, '{"actor":"ghost"}'));
  return changed;
}

const EACH_FROM_ITS_COPY = [
  { from: 0, to: 6, copy: 0 },
  { from: 6, to: 13, copy: 1 },
  { from: 13, to: 18, copy: 0 },
];

it("what one copy lacks under a rule is good in another, whatever else is wrong with that", async () => {
  const good = EACH_FROM_ITS_COPY;
  const copies = [await copyOf(less), await copyOf(damaged(whole))];
  expect(compareCopies(copies, platformHash)).toEqual({ relation: "equal", good });
  expect(compareCopies([...copies, await copyOf(whole)], platformHash)).toEqual({ relation: "equal", good });
});

it("a changed record in place of an absent range is good in no copy", async () => {
  const changed = new Map(whole);
  const path = segmentsOf(changed)[1] ?? "";
  setLines(changed, path, linesOf(changed, path).with(2, '{"actor":"ghost"}'));
  for (const name of changed.keys()) if (name.startsWith("data/tile/")) changed.delete(name);
  const { good } = compareCopies([await copyOf(less), await copyOf(changed)], platformHash);
  expect(good.map(({ from, to }) => [from, to])).toEqual([
    [0, 6],
    [13, 18],
  ]);
});

it("copies that all lack a range are good on both sides of it", async () => {
  const copies = [await copyOf(less), await copyOf(less)];
  expect(compareCopies(copies, platformHash)).toEqual({
    relation: "equal",
    good: [
      { from: 0, to: 6, copy: 0 },
      { from: 13, to: 18, copy: 0 },
    ],
  });
});

it("copies that claim more records than any computer could list are compared by those they have", async () => {
  const copy = await copyOf(whole);
  const size = Number.MAX_SAFE_INTEGER;
  const newest = { ...copy.newest, checkpoint: { ...copy.newest.checkpoint, size } };
  const claiming = { ...copy, newest, signedLeaves: () => null };
  const good = [{ from: 0, to: 18, copy: 0 }];
  expect(compareCopies([claiming, claiming], platformHash)).toEqual({ relation: "equal", good });
});

it("a sealed log and a tiled one are copies when they tell one history", async () => {
  const lines = segmentsOf(whole).flatMap((path) => linesOf(whole, path));
  const files = tileLog(testKey(), lines.length, (index) => Buffer.from(lines[index] ?? ""));
  const container = memoryContainer("log", files);
  const tiled = present(await verifyTileLog(container, trusting(testKey())), "a tiled log");
  const newest = present(tiled.state, "a checkpoint");
  expect(newest.checkpoint.origin).toBe(ORIGIN);
  const tiles: LogCopy = { newest, states: [newest], segments: tiled.segments, signedLeaves: () => tiled.signedLeaves };
  expect(compareCopies([await copyOf(less), tiles], platformHash)).toEqual({
    relation: "equal",
    good: EACH_FROM_ITS_COPY,
  });
});
