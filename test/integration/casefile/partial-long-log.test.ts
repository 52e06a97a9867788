/** Logs too long for parts to hold them: of their records parts hold those that the judgement reads once more. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { disclosureDigest, formatDisclosure, formatDisclosures } from "../../../core/bundle/disclosures.ts";
import { formatDisclosuresPath, STATEMENT_PATH } from "../../../core/bundle/layout.ts";
import { memoryContainer } from "../../../core/bundle/memory-container.ts";
import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { type SealOptions } from "../../../core/bundle/seal.ts";
import { MAX_SEGMENT_BYTES } from "../../../core/bundle/segment-scan.ts";
import { parsePartial, type PartialResult } from "../../../core/casefile/partial-result.ts";
import { mergeSegments, verifySegments } from "../../../core/casefile/partial-verification.ts";
import { present } from "../../../core/model/assert.ts";
import { instantFromMillis } from "../../../core/model/time.ts";
import { type VerifyResult } from "../../../core/model/verdict.ts";
import { parseNote, stampedBytes } from "../../../core/signing/note.ts";
import { signingKey } from "../../../core/signing/signing-key.ts";
import { parseTimeAuthorities } from "../../../core/signing/time-authority.ts";
import { formatPolicy, parsePolicy } from "../../../core/signing/tlog-policy.ts";
import { COSIGNATURE_TYPE, formatVerifierKey } from "../../../core/signing/verifier-key.ts";
import { type SealedLogMeans } from "../../../core/verification/means.ts";
import { verifyBundle } from "../../../core/verification/verify-bundle.ts";
import {
  judgeInParts,
  memoryBundle,
  rewriteManifests,
  segmentsOf,
  type MemoryBundle,
} from "../../support/memory-bundle.ts";
import { ORIGIN, testKey, trusting } from "../../support/sealed-bundle.ts";
import { TimeAuthorityForTests } from "../../support/time-authority.ts";

const SALT = "AAAAAAAAAAAAAAAAAAAAAA";
/** More than the log that is read whole; an ordinary salt besides. */
const FILLING = Array.from({ length: 33 }, (_, index) =>
  JSON.stringify({ time: "2026-01-01T00:00:00Z", index, fill: "x".repeat(2 ** 20 - 200), salt: SALT }),
);
const line = (day: string, more: object = { salt: SALT }): string =>
  JSON.stringify({ time: `${day}T00:00:00Z`, actor: "user", ...more });

/** Seals each list of lines as a segment, behind one of 33 megabytes; the second begins at index 35. */
function longBundle(segments: readonly (readonly string[])[], change: Partial<SealOptions> = {}) {
  const inputs = [FILLING, ...segments].map((lines, position) => ({
    name: `${position}.jsonl`,
    async *open(): AsyncGenerator<Uint8Array> {
      for (const text of lines) yield await Promise.resolve(Buffer.from(`${text}\n`));
    },
  }));
  return memoryBundle([], { inputs, segmentBytes: MAX_SEGMENT_BYTES, addSalt: false, ...change });
}

async function whole(bundle: MemoryBundle, means: SealedLogMeans): Promise<VerifyResult> {
  return present(await verifyBundle(memoryContainer("bundle", bundle), means), "a bundle").result;
}

async function inParts(bundle: MemoryBundle, means: SealedLogMeans): Promise<VerifyResult> {
  return present(await judgeInParts(bundle, means), "a bundle with segments").result;
}

/** The findings, which are those of one machine, as all else is. */
async function expectSame(bundle: MemoryBundle, means: SealedLogMeans): Promise<readonly string[]> {
  const result = await inParts(bundle, means);
  expect(result).toEqual(await whole(bundle, means));
  return result.findings.map(({ code }) => code).filter((code) => !/^not-(witnessed|stamped)$/.test(code));
}

const log = trusting(testKey());

describe("a long log that is verified in parts", () => {
  test("gives what one machine gives", async () => {
    const bundle = await longBundle([[line("2026-01-02"), line("2026-01-03")], [line("2026-01-04")]]);
    expect(await expectSame(bundle, log)).toEqual([]);
    const { checks } = await inParts(bundle, log);
    expect(checks.find(({ name }) => name === "records")?.note).toContain("of so long a log");
  });

  test("holds nothing of its records where nothing asks for them", async () => {
    const bundle = await longBundle([[line("2026-01-02")]]);
    const part = await verifySegments(memoryContainer("bundle", bundle), { first: 0, last: 1 }, {});
    expect(part.segments.map(({ file, content }) => [file, content?.lines])).toEqual([
      [null, []],
      [null, []],
    ]);
    expect(JSON.stringify(part).length).toBeLessThan(30_000);
  });

  test("has its disclosed values compared", async () => {
    const [email, name] = [formatDisclosure(SALT, "email", "a@example.com"), formatDisclosure(SALT, "name", "Ann")];
    const committed = line("2026-01-02", { _sd: [disclosureDigest(platformHash, email)], salt: SALT });
    const records = [[line("2026-01-02"), committed], [line("2026-01-03")]];
    const bundle = await longBundle(records);
    const disclose = (index: number, ...texts: readonly string[]): MemoryBundle => {
      const changed = new Map(bundle);
      changed.set(formatDisclosuresPath(35), Buffer.from(formatDisclosures([{ index, disclosures: texts }])));
      changed.delete(STATEMENT_PATH);
      rewriteManifests(changed);
      return changed;
    };
    const at = 37;
    expect(await expectSame(disclose(at, email), log)).toEqual(["statement-missing"]);
    expect(await expectSame(disclose(at, email, name), log)).toEqual(["statement-missing", "disclosure-wrong"]);
    expect(await expectSame(disclose(at - 1, email), log)).toEqual(["statement-missing", "disclosure-wrong"]);
    expect(await expectSame(disclose(999, email), log)).toEqual(["statement-missing", "disclosure-wrong"]);
  });

  test("tells of clocks that go back, and of withheld records that could be guessed", async () => {
    const withhold = [{ range: { first: 36, last: 36 }, reason: "privacy" }];
    const records = [[line("2026-01-05", {}), line("2026-01-02", {})], [line("2026-01-01")]];
    expect(await expectSame(await longBundle(records, { withhold }), log)).toEqual([
      "records-withheld",
      "time-goes-back",
      "withheld-guessable",
    ]);
  });

  test("whose key changed, and of which a part is absent, is what it is as a whole", async () => {
    const records = [[line("2026-01-02"), line("2026-01-03")], [line("2026-01-04")], [line("2026-01-05")]];
    const bundle = await longBundle(records, {
      rotateTo: testKey(ORIGIN, 8),
      expire: [{ range: { first: 35, last: 38 }, policy: { id: "audit-90d", period: null } }],
    });
    expect(await expectSame(bundle, log)).toEqual(["records-absent"]);
  });

  test("tells of each time that is later than a witness saw it", async () => {
    const witness = signingKey(platformHash, "example.net/w", new Uint8Array(32).fill(31), COSIGNATURE_TYPE);
    const policy = formatPolicy([], [formatVerifierKey(witness.verifier)], 1);
    const means = { ...log, policies: [parsePolicy(platformHash, Buffer.from(policy))] };
    const records = [
      [line("2026-01-02"), line("2026-03-01")],
      [line("2026-03-02"), line("2026-03-03")],
    ];
    const now = (): ReturnType<typeof instantFromMillis> => instantFromMillis(Date.UTC(2026, 1, 1));
    const bundle = await longBundle(records, { witnesses: [witness], now });
    expect(await expectSame(bundle, means)).toEqual(["time-after-seal"]);
    const { findings } = await inParts(bundle, means);
    expect(findings.at(-1)).toMatchObject({ where: { segment: 1, index: 37, line: 3 } });
    expect(findings.at(-1)?.message).toContain("for 2 further events");
    // Whom the examiner trusts is not known when parts are made.
    expect(await expectSame(bundle, log)).toEqual(["unknown-signatures"]);
  });

  describe("with a time stamp of an earlier state", () => {
    let authority: TimeAuthorityForTests;
    beforeAll(() => {
      authority = new TimeAuthorityForTests();
    });
    afterAll(() => authority.remove());

    test("tells of times later than that in its records, and of no later record", async () => {
      const records = [[line("2026-01-02"), line("2099-03-01")], [line("2099-03-02")]];
      const size = 39;
      const unstamped = await longBundle(records);
      const note = parseNote(unstamped.get(`data/checkpoints/${size}`) ?? Buffer.alloc(0));
      const signed = stampedBytes(note, present(note.signatures[0], "a signed note"));
      const bundle = await longBundle(records, { timeStamps: new Map([[size, authority.stamp(signed)]]) });
      const means = { ...log, timeAuthorities: parseTimeAuthorities(platformHash, authority.root) };
      expect(await expectSame(bundle, means)).toEqual(["time-after-seal"]);
      const { findings } = await inParts(bundle, means);
      expect(findings.at(-1)?.where).toMatchObject({ index: 37 });
      expect(findings.at(-1)?.message).not.toContain("further");
    });
  });

  test("that was tampered with is altered; which record it is, parts do not say", async () => {
    const bundle = await longBundle([[line("2026-01-02"), line("2026-01-03")], [line("2026-01-04")]]);
    for (const path of segmentsOf(bundle).slice(1)) {
      const changed = new Map(bundle);
      changed.set(path, Buffer.from((bundle.get(path) ?? Buffer.alloc(0)).toString().replace("user", "usel")));
      const [merged, one] = [await inParts(changed, log), await whole(changed, log)];
      expect([merged.verdict, one.verdict]).toEqual(["altered", "altered"]);
      expect(merged.findings.map(({ code }) => code)).toContain("content-altered");
      expect(one.findings.map(({ code }) => code)).not.toContain("content-altered");
    }
  });

  test("tells of a tile that was changed, where no signed list vouches for it", async () => {
    const changed = new Map(await longBundle([[line("2026-01-02"), line("2026-01-03")]]));
    const [tile] = [...changed.keys()].filter((path) => path.startsWith("data/tile/"));
    const path = present(tile, "a tile");
    changed.delete(STATEMENT_PATH);
    changed.set(path, Buffer.from(present(changed.get(path), "a tile").map((byte) => byte ^ 1)));
    rewriteManifests(changed);
    expect(await expectSame(changed, log)).toEqual(["statement-missing", "tile-altered"]);
  });

  test("tells of an earlier state that ends in the midst of a segment, whose root no part gives", async () => {
    const bundle = await longBundle([[line("2026-01-02"), line("2026-01-03")]]);
    const [vkey, root] = [formatVerifierKey(testKey().verifier), "00".repeat(32)];
    const held = { vkey, origin: ORIGIN, size: 36, root, seenAt: "2026-08-01T00:00:00Z", statedAt: null };
    const result = await inParts(bundle, { ...log, knownStates: [held] });
    expect(result.findings.map(({ code }) => code)).toContain("state-not-compared");
    expect(result.checks).toContainEqual(expect.objectContaining({ name: "anchors", verdict: "failed" }));
  });
});

describe("a part of a long log", () => {
  let text: string;
  beforeAll(async () => {
    const bundle = await longBundle([[line("2026-01-02"), line("2026-01-03")]]);
    text = JSON.stringify(await verifySegments(memoryContainer("bundle", bundle), { first: 0, last: 1 }, {}));
  });

  type Content = NonNullable<PartialResult["segments"][number]["content"]>;

  const A_LINE = Buffer.from("{}").toString("base64");

  test.each<readonly [string, (content: Content) => void]>([
    ["hashes for another number of records", (content) => (content.count = 1)],
    ["more records than can be", (content) => (content.count = Number.MAX_SAFE_INTEGER)],
    ["a withheld record behind its end", (content) => content.withheld.push(99)],
    ["leaves of another number", (content) => (content.leaves = "aGk=")],
    ["tiles of another number", ({ tiles }) => (tiles.head = "")],
    ["a line behind its end", ({ lines }) => lines.push({ position: 99, line: A_LINE })],
    ["a line twice", ({ lines }) => lines.push({ position: 1, line: A_LINE }, { position: 1, line: A_LINE })],
    ["two lines as one", ({ lines }) => lines.push({ position: 1, line: Buffer.from("{}\n{}").toString("base64") })],
    ["a line that is too long", ({ lines }) => lines.push({ position: 1, line: "AAAA".repeat(2 ** 19) })],
  ])("that says %s is refused", async (_, lie) => {
    const part = parsePartial(text, "part.json");
    expect((await mergeSegments([part], log)).result.verdict).toBe("verified-with-limits");
    lie(present(part.segments[1]?.content, "a segment that was read"));
    const refusal: unknown = await mergeSegments([part], log).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ kind: "usage", code: "partial-malformed" });
  });
});
