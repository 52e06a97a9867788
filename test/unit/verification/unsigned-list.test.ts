import { gzipSync } from "node:zlib";

import { beforeAll, describe, expect, it } from "vitest";

import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { buildTree, rootOf } from "../../../core/merkle/tree.ts";
import { type BundleVerdict } from "../../../core/model/verdict.ts";
import { judge, linesOf, memoryBundle, rewriteManifests, type MemoryBundle } from "../../support/memory-bundle.ts";
import { testKey, trusting } from "../../support/sealed-bundle.ts";

const CHECKPOINT = "data/checkpoint";
const TILE = "data/tile/0/000.p/18";
const SEGMENT_1 = "data/segments/00000000000000000006.jsonl";
/** Those that every bundle of these has. */
const USUAL = ["not-stamped", "not-witnessed", "statement-missing"];

let base: MemoryBundle;

beforeAll(async () => {
  base = await memoryBundle([4, 5, 3]);
});

describe("tiles of a longer log that no signed list vouches for", () => {
  const FULL = "data/tile/0/001";
  const PARTIAL = "data/tile/0/002.p/98";
  let long: MemoryBundle;

  beforeAll(async () => {
    long = await memoryBundle([300, 304]);
    long.delete("statement.dsse.json");
    rewriteManifests(long);
  });

  async function codesWith(path: string, content: Uint8Array): Promise<readonly string[]> {
    const changed = new Map(long).set(path, Buffer.from(content));
    rewriteManifests(changed);
    const { result } = await judge(changed, trusting(testKey()));
    return result.findings
      .map(({ code, where }) => `${code} ${where.file ?? ""}`)
      .filter((text) => text.includes("tile"));
  }

  it("may hold what the records have, also those of higher levels and of earlier sizes", async () => {
    expect([...long.keys()].filter((path) => path.startsWith("data/tile/"))).toEqual([
      "data/tile/0/000",
      FULL,
      "data/tile/0/002.p/96",
    ]);
    const roots = Buffer.concat(
      ["data/tile/0/000", FULL].map((path) => rootOf(buildTree(platformHash, fileOf(long, path)))),
    );
    expect(await codesWith("data/tile/1/000.p/2", roots)).toEqual([]);
    expect(await codesWith("data/tile/0/001.p/7", fileOf(long, FULL).subarray(0, 7 * 32))).toEqual([]);
  });

  it.each([FULL, "data/tile/0/002.p/96", "data/tile/0/001.p/7", "data/tile/1/000.p/2"])(
    "may hold nothing else: %s",
    async (path) => {
      const width = Number(/\d+$/.exec(path)?.[0]);
      const length = path === FULL ? 256 * 32 : width * 32;
      const wrong = Buffer.from(long.get(path) ?? Buffer.alloc(length));
      wrong[40] = (wrong[40] ?? 0) ^ 1;
      expect(await codesWith(path, wrong)).toEqual([`tile-altered ${path}`]);
      expect(await codesWith(path, wrong.subarray(1))).toEqual([`tile-altered ${path}`]);
    },
  );

  it("behind the signed size are told", async () => {
    expect(await codesWith(PARTIAL, Buffer.concat([fileOf(long, "data/tile/0/002.p/96"), Buffer.alloc(64)]))).toEqual([
      `tiles-beyond-checkpoint ${PARTIAL}`,
    ]);
  });
});

interface Row {
  readonly what: string;
  readonly mutate: (bundle: MemoryBundle) => void;
  readonly verdict: BundleVerdict;
  readonly findings: readonly string[];
}

function fileOf(bundle: MemoryBundle, path: string): Buffer {
  return bundle.get(path) ?? Buffer.alloc(0);
}

const ROWS: readonly Row[] = [
  { what: "nothing else", mutate: () => undefined, verdict: "verified-with-limits", findings: [] },
  {
    what: "two files that the format does not know",
    mutate: (bundle) => {
      bundle.set("data/segments/18.jsonl", Buffer.from('{"actor":"ghost"}\n'));
      bundle.set("README.txt", Buffer.from("hello"));
    },
    verdict: "verified-with-limits",
    findings: ["file-unproven"],
  },
  {
    what: "a newest checkpoint that bears another origin",
    mutate: (bundle) => {
      const text = fileOf(bundle, CHECKPOINT).toString("utf8");
      bundle.set(CHECKPOINT, Buffer.from(text.replace(/^(.*)\n/, "$1 \n")));
    },
    verdict: "verified-with-limits",
    findings: ["checkpoint-unproven"],
  },
  {
    what: "a tile with another hash",
    mutate: (bundle) => {
      const tile = Buffer.from(fileOf(bundle, TILE));
      tile[40] = (tile[40] ?? 0) ^ 1;
      bundle.set(TILE, tile);
    },
    verdict: "altered",
    findings: ["tile-altered"],
  },
  {
    what: "a tile that is cut short",
    mutate: (bundle) => bundle.set(TILE, fileOf(bundle, TILE).subarray(32)),
    verdict: "altered",
    findings: ["tile-altered"],
  },
  {
    what: "a segment a second time, packed in another way",
    mutate: (bundle) => bundle.set(`${SEGMENT_1}.gz`, gzipSync(fileOf(bundle, SEGMENT_1))),
    verdict: "altered",
    findings: ["segment-repeated"],
  },
  {
    what: "a list of keys that cannot be read",
    mutate: (bundle) => bundle.set("data/keys/trusted_root.json", Buffer.from("{")),
    verdict: "verified-with-limits",
    findings: ["keys-unreadable"],
  },
  {
    what: "a key whose validity is no time",
    mutate: (bundle) => {
      const path = "data/keys/trusted_root.json";
      const text = fileOf(bundle, path).toString("utf8");
      bundle.set(path, Buffer.from(text.replace(/"start": "[^"]*"/, '"start": 1')));
    },
    verdict: "verified-with-limits",
    findings: ["keys-unreadable"],
  },
  {
    what: "a file that is called nearly as a tile",
    mutate: (bundle) => bundle.set("data/tile/0/000.p/300", Buffer.alloc(32)),
    verdict: "verified-with-limits",
    findings: ["file-unproven"],
  },
];

describe("a bundle whose export description is gone, so that nobody signed its list of files, with", () => {
  it.each(ROWS.map((row) => [row.what, row] as const))("%s", async (_what, { mutate, verdict, findings }) => {
    const bundle = new Map(base);
    bundle.delete("statement.dsse.json");
    mutate(bundle);
    rewriteManifests(bundle);
    const { result } = await judge(bundle, trusting(testKey()));
    expect(result.findings.map(({ code }) => code).sort()).toEqual([...USUAL, ...findings].sort());
    expect(result.verdict).toBe(verdict);
  });
});

it("rows of a repeated segment are altered, those of the first stay proven", async () => {
  const bundle = new Map(base);
  bundle.delete("statement.dsse.json");
  bundle.set(`${SEGMENT_1}.gz`, gzipSync(fileOf(bundle, SEGMENT_1)));
  rewriteManifests(bundle);
  const { rows } = await judge(bundle, trusting(testKey()));
  expect(rows.map(({ count, verdict }) => [count, verdict])).toEqual([
    [6, "with-limits"],
    [linesOf(base, SEGMENT_1).length, "with-limits"],
    [7, "altered"],
    [5, "with-limits"],
  ]);
});

it("an export description that only the platform's verifier accepts is signed by nobody", async () => {
  const bundle = new Map(base);
  const path = "statement.dsse.json";
  const text = fileOf(bundle, path).toString("utf8");
  bundle.set(path, Buffer.from(text.replace(/"sig":"../, '"sig":"AA')));
  rewriteManifests(bundle);
  const means = trusting(testKey());
  const lenient: typeof means.ed25519 = (signature, message, publicKey) =>
    Buffer.from(message).subarray(0, 6).equals(Buffer.from("DSSEv1")) || means.ed25519(signature, message, publicKey);
  const { result } = await judge(bundle, { ...means, ed25519: lenient });
  expect(result.findings.map(({ code }) => code).sort()).toEqual([
    "not-stamped",
    "not-witnessed",
    "statement-not-trusted",
  ]);
});
