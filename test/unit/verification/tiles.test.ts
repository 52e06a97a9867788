import { describe, expect, it } from "vitest";

import { memoryContainer } from "../../../core/bundle/memory-container.ts";
import { present } from "../../../core/model/assert.ts";
import { type BundleVerdict } from "../../../core/model/verdict.ts";
import { verifyTileLog, type TileLogJudgement } from "../../../core/verification/tiles.ts";
import { testKey, trusting } from "../../support/sealed-bundle.ts";
import { entryBundle, entryOf, tileLog, type TileFiles } from "../../support/tile-log.ts";

const LIMITS = ["not-witnessed", "not-stamped"];
const SIZE = 600;
const LAST = "tile/entries/002.p/88";

async function judge(files: TileFiles, means = trusting(testKey())): Promise<TileLogJudgement> {
  return present(await verifyTileLog(memoryContainer("log", files), means), "the files are a tiled log");
}

interface Case {
  readonly what: string;
  readonly mutate: (files: TileFiles) => void;
  readonly verdict: BundleVerdict;
  readonly findings: readonly string[];
  readonly pinned?: "none" | "other";
}

const bytes = (files: TileFiles, path: string): Buffer => present(files.get(path), path);
const flip = (files: TileFiles, path: string, offset: number): void => {
  const changed = Buffer.from(bytes(files, path));
  changed[offset] = (changed[offset] ?? 0) ^ 1;
  files.set(path, changed);
};
const nothing = (): void => undefined;

const CASES: readonly Case[] = [
  { what: "an intact log", mutate: nothing, verdict: "verified-with-limits", findings: [] },
  {
    what: "a log whose key nobody pinned",
    mutate: nothing,
    pinned: "none",
    verdict: "not-verifiable",
    findings: ["key-not-pinned"],
  },
  {
    what: "a log signed by another key of its name",
    mutate: nothing,
    pinned: "other",
    verdict: "not-verifiable",
    findings: ["key-substituted"],
  },
  {
    what: "a changed entry, located by the tiles",
    mutate: (files) => flip(files, LAST, 20),
    verdict: "altered",
    findings: ["record-altered"],
  },
  {
    what: "a changed entry whose tile was changed with it",
    mutate: (files) => {
      flip(files, LAST, 20);
      files.delete("tile/0/002.p/88");
    },
    verdict: "altered",
    findings: ["content-altered"],
  },
  {
    what: "a missing entry bundle",
    mutate: (files) => files.delete("tile/entries/001"),
    verdict: "altered",
    findings: ["records-missing"],
  },
  {
    what: "a tail that was cut",
    mutate: (files) => files.delete(LAST),
    verdict: "altered",
    findings: ["tail-missing"],
  },
  {
    what: "bytes behind the last entry",
    mutate: (files) => files.set(LAST, Buffer.concat([bytes(files, LAST), Buffer.of(0)])),
    verdict: "altered",
    findings: ["records-added"],
  },
  {
    what: "an entry that is cut short",
    mutate: (files) => files.set(LAST, bytes(files, LAST).subarray(0, -1)),
    verdict: "altered",
    findings: ["record-altered"],
  },
  {
    what: "a changed tile above proven entries",
    mutate: (files) => flip(files, "tile/1/000.p/2", 5),
    verdict: "altered",
    findings: ["tile-altered"],
  },
  {
    what: "a log without any tiles",
    mutate: (files) => {
      for (const path of [...files.keys()]) if (/^tile\/\d/.test(path)) files.delete(path);
    },
    verdict: "verified-with-limits",
    findings: [],
  },
  {
    what: "entries that were pruned, for which tiles stand",
    mutate: (files) => {
      for (const path of ["tile/entries/000", "tile/entries/001", "tile/0/000", "tile/0/001"]) files.delete(path);
    },
    verdict: "verified-with-limits",
    findings: ["entries-pruned"],
  },
  {
    what: "pruned entries with a changed tile in their place",
    mutate: (files) => {
      for (const path of ["tile/entries/000", "tile/0/000"]) files.delete(path);
      flip(files, "tile/1/000.p/2", 5);
    },
    verdict: "altered",
    findings: ["content-altered"],
  },
  {
    what: "a missing head for which nothing stands",
    mutate: (files) => {
      for (const path of ["tile/entries/000", "tile/0/000", "tile/1/000.p/2"]) files.delete(path);
    },
    verdict: "altered",
    findings: ["head-missing"],
  },
  {
    what: "a checkpoint with a changed root",
    mutate: (files) => {
      const text = bytes(files, "checkpoint").toString("utf8");
      files.set("checkpoint", Buffer.from(text.replace(/\n([A-Za-z])/, (line) => (line === "\nA" ? "\nB" : "\nA"))));
    },
    verdict: "altered",
    findings: ["signature-invalid"],
  },
  {
    what: "partial bundles of earlier sizes",
    mutate: (files) => {
      files.set("tile/entries/002.p/3", entryBundle([512, 513, 514].map(entryOf)));
      files.set("tile/entries/000.p/1", entryBundle([entryOf(0)]));
    },
    verdict: "verified-with-limits",
    findings: [],
  },
  {
    what: "a partial bundle of an earlier size with other entries",
    mutate: (files) => files.set("tile/entries/002.p/3", entryBundle([512, 599, 514].map(entryOf))),
    verdict: "altered",
    findings: ["tile-altered"],
  },
  {
    what: "a bundle that is named for more entries than it holds, beside the one that counts",
    mutate: (files) => files.set("tile/entries/002", bytes(files, LAST)),
    verdict: "altered",
    findings: ["tile-altered", "tiles-beyond-checkpoint"],
  },
  {
    what: "a tile of a level that the signed state has not reached",
    mutate: (files) => files.set("tile/2/000.p/1", Buffer.alloc(32, 1)),
    verdict: "verified-with-limits",
    findings: ["tiles-beyond-checkpoint"],
  },
  {
    what: "files that are none of its own",
    mutate: (files) => {
      files.set("notes.txt", Buffer.from("hello"));
      files.set("tile/entries/later", Buffer.from("hello"));
    },
    verdict: "verified-with-limits",
    findings: ["files-ignored"],
  },
  {
    what: "entries behind the checkpoint",
    mutate: (files) => {
      files.delete(LAST);
      files.set("tile/entries/002.p/90", entryBundle(Array.from({ length: 90 }, (_, index) => entryOf(512 + index))));
    },
    verdict: "verified-with-limits",
    findings: ["entries-beyond-checkpoint"],
  },
];

describe("the verdict and exactly the findings of", () => {
  it.each(CASES)("$what", async ({ mutate, pinned, verdict, findings }) => {
    const files = tileLog(testKey(), SIZE);
    mutate(files);
    const other = trusting(testKey(undefined, 9));
    const means = pinned === "none" ? trusting() : pinned === "other" ? other : trusting(testKey());
    const { result } = await judge(files, means);
    const found = result.findings.map(({ code }) => code).filter((code) => !LIMITS.includes(code));
    expect(found, JSON.stringify(result.findings, null, 1)).toEqual(findings);
    expect(result.verdict).toBe(verdict);
    expect(result.proof).toBe("tiles");
  });
});

it("gives the rows of every entry bundle their verdict", async () => {
  const files = tileLog(testKey(), SIZE);
  flip(files, LAST, 20);
  files.set("tile/entries/002.p/90", entryBundle(Array.from({ length: 90 }, (_, index) => entryOf(512 + index))));
  const { rows } = await judge(files);
  expect(rows.map(({ path, verdict, exceptions }) => [path, verdict, [...exceptions]])).toEqual([
    ["tile/entries/000", "with-limits", []],
    ["tile/entries/001", "with-limits", []],
    [LAST, "with-limits", [[0, "altered"]]],
  ]);
});

it("verifies logs of every size around the width of a tile", async () => {
  for (const size of [1, 2, 255, 256, 257, 511, 512, 513]) {
    const { result } = await judge(tileLog(testKey(), size));
    expect(result.verdict, `size ${size}`).toBe("verified-with-limits");
    expect(result.log?.treeSize).toBe(size);
  }
});

it("finds every flipped byte of a small log", { timeout: 60_000 }, async () => {
  const base = tileLog(testKey(), 3);
  const silent: string[] = [];
  for (const [path, content] of base) {
    for (let offset = 0; offset < content.length; offset += 1) {
      const files = new Map(base);
      flip(files, path, offset);
      const { result } = await judge(files);
      const found = result.findings.filter(({ code }) => !LIMITS.includes(code));
      if (found.length === 0 || result.verdict === "verified") silent.push(`${path} byte ${offset}`);
    }
  }
  expect(silent).toEqual([]);
});
