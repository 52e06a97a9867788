import { describe, expect, it } from "vitest";

import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { formatHex, parseHex } from "../../../core/encoding/bytes.ts";
import { formatSegmentPath, formatTilePath } from "../../../core/bundle/layout.ts";
import { recordHashing } from "../../../core/merkle/record-hashing.ts";
import { scanSegment } from "../../../core/bundle/segment-scan.ts";
import { extendChainByAll, initialChainHead } from "../../../core/merkle/chain.ts";
import { buildTree, rootOf } from "../../../core/merkle/tree.ts";
import { present } from "../../../core/model/assert.ts";
import { signingKey } from "../../../core/signing/signing-key.ts";
import { formatVerifierKey, parseVerifierKey } from "../../../core/signing/verifier-key.ts";
import { judge, type MemoryBundle } from "../../support/memory-bundle.ts";
import { trusting } from "../../support/sealed-bundle.ts";
import { hasShared, readShared } from "../../support/shared.ts";

const VECTOR = "vectors/evidence-bundle/worked-example.json";

interface WorkedExample {
  readonly lines: readonly string[];
  readonly leaf: readonly string[];
  readonly chain: readonly string[];
  readonly root: string;
  readonly seedHex: string;
  readonly vkey: string;
  readonly checkpoint: string;
}

describe.skipIf(!hasShared(VECTOR))("the worked example (skipped: no vectors beside the checkout)", () => {
  const example = hasShared(VECTOR) ? (JSON.parse(readShared(VECTOR).toString()) as WorkedExample) : undefined;
  const { lines = [], leaf = [], chain = [], root, seedHex = "", vkey = "", checkpoint = "" } = example ?? {};

  function leaves(): Uint8Array {
    const text = Buffer.from(["", ...lines].join("\n"));
    return scanSegment(text, 0, recordHashing(platformHash)).leaves;
  }

  function bundle(): MemoryBundle {
    return new Map([
      ["data/checkpoint", Buffer.from(checkpoint)],
      [formatSegmentPath(0, "plain"), Buffer.from(lines.map((line) => `${line}\n`).join(""))],
      [formatTilePath({ level: 0, index: 0, width: leaf.length }), Buffer.from(leaf.join(""), "hex")],
    ]);
  }

  it("has the leaves, the chain, the root and the key that were published", () => {
    expect(formatHex(leaves())).toBe(leaf.join(""));
    const heads = chain.map((_, index) =>
      formatHex(extendChainByAll(platformHash, initialChainHead(), leaves().subarray(0, (index + 1) * 32))),
    );
    expect(heads).toEqual(chain);
    expect(formatHex(rootOf(buildTree(platformHash, leaves())))).toBe(root);
    const seed = present(parseHex(seedHex), "the seed is hex");
    expect(formatVerifierKey(signingKey(platformHash, "example.com/audit/demo", seed).verifier)).toBe(vkey);
  });

  it("is proven by its published checkpoint, though its shortened log records are told", async () => {
    const means = { ...trusting(), pinnedKeys: [parseVerifierKey(platformHash, vkey)] };
    const { result, signedLeaves } = await judge(bundle(), means);
    expect(result.log).toMatchObject({ origin: "example.com/audit/demo", treeSize: 4, rootHash: root });
    expect(result.checks.filter(({ verdict }) => verdict === "verified").map(({ name }) => name)).toEqual(
      expect.arrayContaining(["log-signature", "tree"]),
    );
    expect(signedLeaves && formatHex(signedLeaves.leaves)).toBe(leaf.join(""));
    expect(result.findings.map(({ code }) => code)).toContain("segment-form");
  });

  it("names the one record that was changed", async () => {
    const means = { ...trusting(), pinnedKeys: [parseVerifierKey(platformHash, vkey)] };
    const changed = bundle();
    const path = formatSegmentPath(0, "plain");
    changed.set(path, Buffer.from((changed.get(path) ?? "").toString().replace("export", "import")));
    const { result } = await judge(changed, means);
    expect(result.findings).toContainEqual(
      expect.objectContaining({ code: "record-altered", where: expect.objectContaining({ index: 2 }) as unknown }),
    );
  });
});
