import { describe, expect, it } from "vitest";

import { memoryContainer } from "../../core/bundle/memory-container.ts";
import { fileOf, sha256, type BagBytes } from "../../core/selftest/bag-bytes.ts";
import { LOG_KEY, sealStampedBundle, STAMPED_SHAPES } from "../../core/selftest/corpus.ts";
import { examinerMeans } from "../../core/selftest/run.ts";
import { formatCustodyPath } from "../../core/bundle/layout.ts";
import { formatCustodyStatement } from "../../core/bundle/custody-statement.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../core/bundle/statement.ts";
import { formatEnvelope, parseEnvelope, signEnvelope } from "../../core/signing/dsse.ts";
import { present } from "../../core/model/assert.ts";
import { verifyBundle } from "../../core/verification/verify-bundle.ts";

const MAX_BUNDLE_BYTES = 12 * 1024;
/** Every byte takes minutes (ASSAY_EXHAUSTIVE=1); every 37th a few seconds, and ASSAY_FLIP_FROM says which. */
const STRIDE = process.env["ASSAY_EXHAUSTIVE"] === "1" ? 1 : 37;
const FIRST = Number(process.env["ASSAY_FLIP_FROM"] ?? 0);

/** A bundle of three segments that verifies without a finding. */
function base(): Promise<BagBytes> {
  return sealStampedBundle(
    present(
      STAMPED_SHAPES.find(({ counts }) => counts.length === 3),
      "the corpus has a bundle of three segments",
    ),
  );
}

async function codesOf(bag: BagBytes): Promise<readonly string[]> {
  try {
    const judgement = await verifyBundle(memoryContainer("bundle", bag), examinerMeans());
    return judgement?.result.findings.map(({ code }) => code) ?? ["no-evidence"];
  } catch (error) {
    return [error instanceof Error && "code" in error ? String(error.code) : String(error)];
  }
}

/** Every flip, by file and offset, that goes without a finding. */
async function silentFlips(bag: BagBytes, paths: readonly string[] = [...bag.keys()]): Promise<readonly string[]> {
  const silent: string[] = [];
  let position = 0;
  for (const path of paths) {
    for (let offset = 0; offset < fileOf(bag, path).length; offset += 1) {
      position += 1;
      if (position % STRIDE !== FIRST % STRIDE) continue;
      const flipped = Buffer.from(fileOf(bag, path));
      flipped[offset] = (flipped[offset] ?? 0) ^ (1 << (offset % 8));
      if ((await codesOf(new Map(bag).set(path, flipped))).length === 0) silent.push(`${path} byte ${offset}`);
    }
  }
  return silent;
}

/** Two entries, each naming the one before it, signed by a key that the examiner pinned. */
function withCustody(bag: BagBytes): BagBytes {
  const entries = new Map(bag);
  const statement = parseEnvelope(fileOf(bag, "statement.dsse.json"));
  let previous: string | null = null;
  for (const number of [1, 2]) {
    const entry = formatCustodyStatement({
      statementSha256: sha256(statement.payload).toString("hex"),
      previous,
      action: "received",
      startTime: "2026-06-02T00:00:00Z",
      endTime: "2026-06-02T00:00:00Z",
      performer: "A. Keeper",
      instrument: "",
      location: "",
      object: "the bundle",
      result: "",
    });
    const file = Buffer.from(formatEnvelope(signEnvelope(IN_TOTO_PAYLOAD_TYPE, entry, [LOG_KEY])));
    entries.set(formatCustodyPath(number), file);
    previous = sha256(file).toString("hex");
  }
  return entries;
}

describe("no flipped byte goes without a finding", () => {
  it("in a bundle that verifies without one", { timeout: 1_800_000 }, async () => {
    const bag = await base();
    expect([...bag.values()].reduce((total, { length }) => total + length, 0)).toBeLessThanOrEqual(MAX_BUNDLE_BYTES);
    expect(await codesOf(bag)).toEqual([]);
    expect(await silentFlips(bag)).toEqual([]);
  });

  it(
    "in its custody entries, but for the last one's key hint, which nothing pins",
    { timeout: 1_800_000 },
    async () => {
      const bag = withCustody(await base());
      expect(await codesOf(bag)).toEqual([]);
      const paths = [1, 2].map(formatCustodyPath);
      const last = fileOf(bag, formatCustodyPath(2)).toString("latin1");
      // `keyid` and its value are signed by nobody (DSSE): neither the name nor the eight digits.
      const name = last.indexOf("keyid");
      const hint = last.indexOf(LOG_KEY.verifier.id, name);
      const exempt = [
        ...Array.from({ length: 5 }, (_, at) => name + at),
        ...Array.from({ length: 8 }, (_, at) => hint + at),
      ].map((offset) => `${formatCustodyPath(2)} byte ${offset}`);
      // The line feed at the end may become another white space.
      exempt.push(`${formatCustodyPath(2)} byte ${last.length - 1}`);
      expect((await silentFlips(bag, paths)).filter((flip) => !exempt.includes(flip))).toEqual([]);
    },
  );
});
