import { describe, expect, it } from "vitest";

import { memoryContainer } from "../../../core/bundle/memory-container.ts";
import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { concatBytes, equalBytes } from "../../../core/encoding/bytes.ts";
import { leafHash, nodeHash } from "../../../core/merkle/hash.ts";
import { rootFromInclusionProof } from "../../../core/merkle/inclusion.ts";
import { buildTree, leafOf, proveInclusion, rootOf } from "../../../core/merkle/tree.ts";
import { present } from "../../../core/model/assert.ts";
import { type BundleVerdict } from "../../../core/model/verdict.ts";
import { formatCheckpoint } from "../../../core/signing/checkpoint.ts";
import { formatNote } from "../../../core/signing/note.ts";
import { signNote } from "../../../core/signing/signing-key.ts";
import { formatTlogProof, type TlogProof } from "../../../core/signing/tlog-proof.ts";
import { verifyLooseFile } from "../../../core/verification/loose-file.ts";
import { ORIGIN, testKey, trusting } from "../../support/sealed-bundle.ts";

const SIZE = 11;
const INDEX = 6;
const records = Array.from({ length: SIZE }, (_, index) => Buffer.from(`{"n":${index}}`));
const tree = buildTree(platformHash, concatBytes(...records.map((record) => leafHash(platformHash, record))));
const root = rootOf(tree);
const leaf = leafOf(tree, INDEX);
const proof = proveInclusion(tree, INDEX);

function leadsToRoot(index: number, size: number, of: Uint8Array, hashes: readonly Uint8Array[]): boolean {
  const found = rootFromInclusionProof(platformHash, index, size, of, hashes);
  return found !== undefined && equalBytes(found, root);
}

describe("an inclusion proof", () => {
  it("leads from its record to the signed root", () => {
    expect(leadsToRoot(INDEX, SIZE, leaf, proof)).toBe(true);
  });

  it("T33 leads nowhere from another index, whatever size is claimed", () => {
    for (let size = 1; size <= 2 * SIZE; size += 1) {
      for (let index = 0; index < size; index += 1) {
        if (index !== INDEX) expect(leadsToRoot(index, size, leaf, proof)).toBe(false);
      }
    }
  });

  it("T33 leads nowhere when it is cut, padded, or has one flipped bit", () => {
    expect(leadsToRoot(INDEX, SIZE, leaf, proof.slice(0, -1))).toBe(false);
    expect(leadsToRoot(INDEX, SIZE, leaf, [...proof, new Uint8Array(32)])).toBe(false);
    for (let bit = 0; bit < proof.length * 256; bit += 1) {
      const flipped = proof.map((hash) => hash.slice());
      const hash = flipped[Math.floor(bit / 256)] ?? new Uint8Array(32);
      const byte = Math.floor(bit / 8) % 32;
      hash[byte] = (hash[byte] ?? 0) ^ (1 << (bit % 8));
      expect(leadsToRoot(INDEX, SIZE, leaf, flipped)).toBe(false);
    }
  });

  it("T34 does not take an interior node for a record", () => {
    const children = [leafOf(tree, 6), leafOf(tree, 7)] as const;
    const node = nodeHash(platformHash, ...children);
    // The node's hash stands where a leaf of the tree of pairs would: only the domain of the hash tells them apart.
    expect(leadsToRoot(3, 6, node, proof.slice(1))).toBe(true);
    expect(leadsToRoot(3, 6, leafHash(platformHash, concatBytes(...children)), proof.slice(1))).toBe(false);
  });
});

describe("a proof file", () => {
  const signed = signNote(formatCheckpoint({ origin: ORIGIN, size: SIZE, root, extensions: [] }), [testKey()]);
  const good: TlogProof = {
    extra: present(records[INDEX], "the record"),
    index: INDEX,
    hashes: proof,
    checkpoint: Buffer.from(formatNote(signed)),
  };

  async function judged(change: Partial<TlogProof>): Promise<readonly [BundleVerdict, readonly string[]]> {
    const bytes = formatTlogProof({ ...good, ...change });
    const container = { ...memoryContainer("proof", new Map([["event.tlog-proof", bytes]])), kind: "file" } as const;
    const { result } = present(await verifyLooseFile(container, trusting(testKey())), "a proof file");
    return [result.verdict, result.findings.map(({ code }) => code).filter((code) => code !== "not-witnessed")];
  }

  it("shows that its record is in the log", async () => {
    expect(await judged({})).toEqual(["verified-with-limits", []]);
  });

  it("without its record says where the proof leads, and not that it is verified", async () => {
    expect(await judged({ extra: undefined })).toEqual(["not-verifiable", ["record-not-at-hand"]]);
  });

  it.each([
    ["a second record", (text: string) => text.replace("extra ", "extra AAAA\nextra ")],
    ["an index that is written otherwise", (text: string) => text.replace(/index /, "index 0")],
    ["no checkpoint", (text: string) => text.slice(0, text.indexOf("\n\n") + 2)],
    ["base64 that is not canonical", (text: string) => text.replace("=\n", "\n")],
  ])("with %s is malformed", async (_what, change) => {
    const bytes = Buffer.from(change(Buffer.from(formatTlogProof(good)).toString("utf8")));
    const container = { ...memoryContainer("proof", new Map([["event.tlog-proof", bytes]])), kind: "file" } as const;
    await expect(verifyLooseFile(container, trusting(testKey()))).rejects.toMatchObject({ code: "proof-malformed" });
  });

  it.each<readonly [string, Partial<TlogProof>]>([
    ["T33 with another index", { index: INDEX + 1 }],
    ["T33 with an index behind the end", { index: SIZE }],
    ["T33 with another record", { extra: Buffer.from('{"n":7}') }],
    ["T33 cut", { hashes: proof.slice(0, -1) }],
    ["T33 padded", { hashes: [...proof, new Uint8Array(32)] }],
    ["T33 with one bit flipped", { hashes: proof.with(0, flipBit(present(proof[0], "a hash"))) }],
    [
      "T34 with an interior node for the record",
      { extra: concatBytes(leafOf(tree, 6), leafOf(tree, 7)), index: 3, hashes: proof.slice(1) },
    ],
  ])("%s shows nothing", async (_what, change) => {
    expect(await judged(change)).toEqual(["altered", ["inclusion-wrong"]]);
  });
});

function flipBit(hash: Uint8Array): Uint8Array {
  return hash.with(31, (hash[31] ?? 0) ^ 1);
}
