/**
 * exhibits/index.json: where each cited record lies in the evidence, its digests, and its way to a signed root.
 *
 *     { "schema": "https://assay.example/exhibit-index/v1",
 *       "exhibits": [ { "item": "EX-00001", "line": "exhibits/EX-00001.line", "evidence": "X-1", "file": "data/0.jsonl",
 *         "offset": 0, "length": 512, "sha256": "…", "leafHash": "…",
 *         "proof": { "leafIndex": 0, "treeSize": 4, "rootHash": "…", "hashes": ["…"],
 *                    "checkpoint": "exhibits/checkpoints/X-1.checkpoint", "keys": "keys/X-1.vkey" }, "reason": null, "withheld": null } ] }
 */
import { z } from "zod";

import { encodeUtf8 } from "../encoding/utf8.ts";
import { NAMESPACE } from "../model/namespace.ts";
import { checkpointPathOf, linePathOf, logKeysPathOf } from "./package-layout.ts";
import { type CitedItem } from "./report-input.ts";

const SCHEMA = `${NAMESPACE}/exhibit-index/v1`;

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const packagedItem = z.strictObject({
  item: z.string().regex(/^EX-\d{5,}$/),
  line: z.string().nullable(),
  evidence: z.string(),
  evidenceSha256: hex,
  file: z.string(),
  offset: count,
  length: count,
  sha256: hex,
  leafHash: hex,
  proof: z
    .strictObject({
      leafIndex: count,
      treeSize: count,
      rootHash: hex,
      hashes: z.array(hex).max(53),
      checkpoint: z.string(),
      keys: z.string().nullable(),
    })
    .nullable(),
  reason: z.string().nullable(),
  withheld: z.string().nullable(),
});
const index = z.strictObject({ schema: z.literal(SCHEMA), exhibits: z.array(packagedItem) });

/** One cited record as the index has it. `reason` says why `proof` is null, `withheld` why `line` is. */
export type PackagedItem = Readonly<z.infer<typeof packagedItem>>;

/** The entry of a cited record. */
export function packagedItemOf(item: CitedItem, evidenceSha256: string): PackagedItem {
  const { row, proof } = item;
  return {
    item: item.item,
    line: item.withheld === null ? linePathOf(item.item) : null,
    evidence: row.exhibit,
    evidenceSha256,
    file: row.file,
    offset: row.offset,
    length: row.length,
    sha256: item.sha256,
    leafHash: item.leafHash,
    proof:
      proof.kind === "none"
        ? null
        : {
            leafIndex: proof.leafIndex,
            treeSize: proof.treeSize,
            rootHash: proof.rootHash,
            hashes: [...proof.hashes],
            checkpoint: checkpointPathOf(row.exhibit),
            keys: proof.pinnedKeys.length === 0 ? null : logKeysPathOf(row.exhibit),
          },
    reason: proof.kind === "none" ? proof.reason : null,
    withheld: item.withheld?.reason ?? null,
  };
}

/** The bytes of the index. */
export function formatExhibitIndex(exhibits: readonly PackagedItem[]): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`${JSON.stringify({ schema: SCHEMA, exhibits }, null, 2)}\n`);
}

/** The items of an index, or undefined when it has another form. */
export function parseExhibitIndex(text: string): readonly PackagedItem[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = index.safeParse(value);
  return parsed.success ? parsed.data.exhibits : undefined;
}
