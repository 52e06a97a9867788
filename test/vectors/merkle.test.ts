import { describe, expect, it } from "vitest";
import { equalBytes } from "../../core/encoding/bytes.ts";
import { formatHex } from "../../core/encoding/bytes.ts";
import { encodeUtf8 } from "../../core/encoding/utf8.ts";
import { extendChain, initialChainHead } from "../../core/merkle/chain.ts";
import { CompactRange } from "../../core/merkle/compact-range.ts";
import { rootsFromConsistencyProof } from "../../core/merkle/consistency.ts";
import { leafHash } from "../../core/merkle/hash.ts";
import { rootFromInclusionProof } from "../../core/merkle/inclusion.ts";
import { nativeHash, nobleHash } from "../support/hashes.ts";
import { hasShared, listShared, readShared } from "../support/shared.ts";

interface InclusionProbe {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

interface ConsistencyProbe {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

interface WorkedExample {
  readonly lines: readonly string[];
  readonly leaf: readonly string[];
  readonly chain: readonly string[];
  readonly root: string;
}

const PROBES = "vectors/merkle/testdata";
const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));
/** The vectors are trusted files of a known shape. */
const readJson = <T>(path: string): T => JSON.parse(readShared(path).toString()) as T;

describe.skipIf(!hasShared(PROBES))("transparency-dev/merkle probes (skipped: no vectors)", () => {
  const inclusion = listShared(`${PROBES}/inclusion`);
  const consistency = listShared(`${PROBES}/consistency`);

  it("are all there", () => {
    expect([inclusion.length, consistency.length]).toEqual([98, 98]);
  });

  it.each(inclusion)("inclusion/%s is judged as published, by both hashes", (file) => {
    const probe = readJson<InclusionProbe>(`${PROBES}/inclusion/${file}`);
    for (const hash of [nativeHash, nobleHash]) {
      const proof = (probe.proof ?? []).map(bytesOf);
      const root = rootFromInclusionProof(hash, probe.leafIdx, probe.treeSize, bytesOf(probe.leafHash), proof);
      expect(root !== undefined && equalBytes(root, bytesOf(probe.root))).toBe(!probe.wantErr);
    }
  });

  it.each(consistency)("consistency/%s is judged as published, by both hashes", (file) => {
    const probe = readJson<ConsistencyProbe>(`${PROBES}/consistency/${file}`);
    for (const hash of [nativeHash, nobleHash]) {
      const proof = (probe.proof ?? []).map(bytesOf);
      const roots = rootsFromConsistencyProof(hash, probe.size1, probe.size2, bytesOf(probe.root1), proof);
      const holds =
        roots !== undefined &&
        equalBytes(roots.first, bytesOf(probe.root1)) &&
        equalBytes(roots.second, bytesOf(probe.root2));
      expect(holds).toBe(!probe.wantErr);
    }
  });
});

const EXAMPLE = "vectors/evidence-bundle/worked-example.json";

describe.skipIf(!hasShared(EXAMPLE))("the worked example (skipped: no vectors)", () => {
  it.each([
    ["the native hash", nativeHash],
    ["the independent hash", nobleHash],
  ])("has the published leaves, chain heads and root under %s", (_name, hash) => {
    const example = readJson<WorkedExample>(EXAMPLE);
    const range = new CompactRange(hash);
    let head: Uint8Array = initialChainHead();
    example.lines.forEach((line, index) => {
      const leaf = leafHash(hash, encodeUtf8(line));
      head = extendChain(hash, head, leaf);
      range.append(leaf);
      expect([formatHex(leaf), formatHex(head)]).toEqual([example.leaf[index], example.chain[index]]);
    });
    expect(formatHex(range.root())).toBe(example.root);
  });
});
