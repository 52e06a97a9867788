import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { corpusStamps, sealCorpusBundle, STAMPED_SHAPES } from "../core/selftest/corpus.ts";
import { makeTimeStamps } from "./generator/time-authority.ts";

const STAMPS = join(import.meta.dirname, "../core/selftest/assets/stamps.json");

/** Stamps the bundles of the self-test when one of them has another newest checkpoint than the stamps that are kept. */
export async function stampSelfTest(): Promise<void> {
  const digests: string[] = [];
  for (const shape of STAMPED_SHAPES) {
    const { summary } = await sealCorpusBundle(shape);
    digests.push(summary.checkpoints.at(-1)?.stampDigest ?? "");
  }
  const kept = corpusStamps().stamps;
  if (digests.every((digest) => kept[digest] !== undefined)) return;
  const { root, stamps } = makeTimeStamps(digests);
  const byDigest = Object.fromEntries(stamps.map((stamp, at) => [digests[at] ?? "", stamp.toString("base64")]));
  await writeFile(STAMPS, `${JSON.stringify({ root, stamps: byDigest }, null, 2)}\n`);
}
