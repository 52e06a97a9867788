import { beforeAll, describe, expect, it } from "vitest";

import { formatCustodyStatement, type CustodyStatement } from "../../../core/bundle/custody-statement.ts";
import { formatCustodyPath } from "../../../core/bundle/layout.ts";
import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../../core/bundle/statement.ts";
import { formatHex } from "../../../core/encoding/bytes.ts";
import { encodeUtf8 } from "../../../core/encoding/utf8.ts";
import { cosignatureBlob, cosignatureTime, isCosignerKey } from "../../../core/signing/cosignature.ts";
import { formatEnvelope, parseEnvelope, signEnvelope } from "../../../core/signing/dsse.ts";
import { formatNote, parseNote } from "../../../core/signing/note.ts";
import { signingKey, type SigningKey } from "../../../core/signing/signing-key.ts";
import { formatPolicy, parsePolicy } from "../../../core/signing/tlog-policy.ts";
import { COSIGNATURE_TYPE, formatVerifierKey, ML_DSA_44_TYPE } from "../../../core/signing/verifier-key.ts";
import { type SealedLogMeans } from "../../../core/verification/means.ts";
import { judge, memoryBundle, rewriteManifests, type MemoryBundle } from "../../support/memory-bundle.ts";
import { ORIGIN, testKey, trusting } from "../../support/sealed-bundle.ts";

const COUNTS = [4, 5, 3];
const TREE_SIZE = 18;
const LOG = testKey();
const NEXT = testKey(ORIGIN, 8);
const PERSON = testKey("example.com/people/custodian", 21);
const ED25519_WITNESS = signingKey(platformHash, "example.net/w1", new Uint8Array(32).fill(31), COSIGNATURE_TYPE);
const ML_DSA_WITNESS = signingKey(platformHash, "example.net/w2", new Uint8Array(32).fill(32), ML_DSA_44_TYPE);

function vkeyOf({ verifier }: SigningKey): string {
  return formatVerifierKey(verifier);
}

function policyOf(witnesses: readonly SigningKey[], threshold: number): SealedLogMeans["policies"] {
  const text = formatPolicy([vkeyOf(LOG)], witnesses.map(vkeyOf), threshold);
  return [parsePolicy(platformHash, encodeUtf8(text))];
}

async function codesOf(bundle: MemoryBundle, means: SealedLogMeans): Promise<readonly string[]> {
  const { result } = await judge(bundle, means);
  return result.findings
    .map(({ code, verdict }) => `${code} ${verdict}`)
    .filter((code) => !code.startsWith("not-stamped"));
}

const WITH_LIMITS = "verified-with-limits";

describe("witnesses", () => {
  let bundle: MemoryBundle;

  beforeAll(async () => {
    bundle = await memoryBundle(COUNTS, { witnesses: [ED25519_WITNESS, ML_DSA_WITNESS] });
  });

  it("of the examiner's policy count, by Ed25519 and by ML-DSA-44", async () => {
    const means = { ...trusting(LOG), policies: policyOf([ED25519_WITNESS, ML_DSA_WITNESS], 2) };
    expect(await codesOf(bundle, means)).toEqual([]);
  });

  it("that no policy names are unknown signatures, and the state is not witnessed", async () => {
    expect(await codesOf(bundle, trusting(LOG))).toEqual([
      "unknown-signatures verified",
      `not-witnessed ${WITH_LIMITS}`,
    ]);
  });

  it("T24 that are too few for the quorum limit the verdict and say how many are needed", async () => {
    const absent = signingKey(platformHash, "example.net/w3", new Uint8Array(32).fill(33), COSIGNATURE_TYPE);
    const means = { ...trusting(LOG), policies: policyOf([ED25519_WITNESS, absent], 2) };
    const { result } = await judge(bundle, means);
    expect(result.findings.map(({ code }) => code)).toEqual(["unknown-signatures", "quorum-not-met", "not-stamped"]);
    expect(result.findings[1]?.message).toBe("Only 1 of 2 required witnesses saw this state.");
  });

  it("whose clock is centuries off prove no time, and are told", async () => {
    const { verifier } = ED25519_WITNESS;
    if (!isCosignerKey(verifier)) throw new Error("a witness");
    const changed = new Map(bundle);
    for (const path of ["data/checkpoint", `data/checkpoints/${TREE_SIZE}`]) {
      const note = parseNote(changed.get(path) ?? Buffer.alloc(0));
      const blob = cosignatureBlob(note.text, 2n ** 62n, { verifier, seed: ED25519_WITNESS.seed });
      const signatures = note.signatures.map((line) =>
        line.keyId === ED25519_WITNESS.verifier.id ? { ...line, signature: blob } : line,
      );
      changed.set(path, Buffer.from(formatNote({ ...note, signatures })));
    }
    changed.delete("statement.dsse.json");
    rewriteManifests(changed);
    const means = { ...trusting(LOG), policies: policyOf([ED25519_WITNESS], 1) };
    expect(await codesOf(changed, means)).toEqual([
      `statement-missing ${WITH_LIMITS}`,
      "unknown-signatures verified",
      `witness-clock-wrong ${WITH_LIMITS}`,
    ]);
  });

  it("state whole seconds: a key that became valid in the second of the cosignature was valid", async () => {
    const { signatures } = parseNote(bundle.get("data/checkpoint") ?? Buffer.alloc(0));
    const line = signatures.find(({ keyId }) => keyId === ED25519_WITNESS.verifier.id);
    const witnessedMs = Number(cosignatureTime(line?.signature ?? new Uint8Array(8))) * 1_000;
    const means = { ...trusting(LOG), policies: policyOf([ED25519_WITNESS, ML_DSA_WITNESS], 2) };
    for (const [laterMs, codes] of [
      [660, [`statement-missing ${WITH_LIMITS}`]],
      [1_000, [`statement-missing ${WITH_LIMITS}`, "key-outside-validity not-verifiable"]],
    ] as const) {
      const changed = new Map(bundle);
      const start = new Date(witnessedMs + laterMs).toISOString();
      const root = changed.get("data/keys/trusted_root.json")?.toString() ?? "";
      changed.set("data/keys/trusted_root.json", Buffer.from(root.replace(/"start": "[^"]*"/, `"start": "${start}"`)));
      changed.delete("statement.dsse.json");
      rewriteManifests(changed);
      expect(await codesOf(changed, means)).toEqual(codes);
    }
  });

  it("T23 whose signature is damaged after the export reject the note", async () => {
    const changed = new Map(bundle);
    for (const path of ["data/checkpoint", `data/checkpoints/${TREE_SIZE}`]) {
      const note = parseNote(changed.get(path) ?? Buffer.alloc(0));
      const signatures = note.signatures.map((line) => {
        if (line.name !== ML_DSA_WITNESS.verifier.name) return line;
        const signature = line.signature.slice();
        signature[100] = (signature[100] ?? 0) ^ 1;
        return { ...line, signature };
      });
      changed.set(path, Buffer.from(formatNote({ ...note, signatures })));
    }
    const means = { ...trusting(LOG), policies: policyOf([ED25519_WITNESS, ML_DSA_WITNESS], 1) };
    rewriteManifests(changed);
    expect(await codesOf(changed, means)).toEqual(["file-altered altered", "witness-signature-invalid altered"]);
  });
});

describe("a change of key", () => {
  let bundle: MemoryBundle;
  const rotation = "data/keys/rotation-1.note";

  beforeAll(async () => {
    bundle = await memoryBundle(COUNTS, { rotateTo: NEXT });
  });

  it("is followed from either key", async () => {
    expect(await codesOf(bundle, trusting(LOG))).toEqual([`not-witnessed ${WITH_LIMITS}`]);
    expect(await codesOf(bundle, trusting(NEXT))).toEqual([`not-witnessed ${WITH_LIMITS}`]);
  });

  it("T26 that the old key did not sign is not authorised, and what is behind it is not verifiable", async () => {
    const changed = new Map(bundle);
    const note = parseNote(changed.get(rotation) ?? Buffer.alloc(0));
    const signatures = note.signatures.filter(({ keyId }) => keyId === NEXT.verifier.id);
    changed.set(rotation, Buffer.from(formatNote({ ...note, signatures })));
    rewriteManifests(changed);
    const { result, rows } = await judge(changed, trusting(LOG));
    expect(result.findings.map(({ code, where }) => [code, where.index])).toEqual([["rotation-not-authorised", 13]]);
    expect(result.verdict).toBe("not-verifiable");
    expect(rows.map(({ verdict }) => verdict)).toEqual(["verified", "verified", "not-verifiable"]);
  });
});

it("T36 withheld records that do not follow each other are told as the ranges they are", async () => {
  const withhold = [1, 2, 8].map((index) => ({ range: { first: index, last: index }, reason: "privileged" }));
  const { result } = await judge(await memoryBundle(COUNTS, { withhold }), trusting(LOG));
  expect(result.findings.find(({ code }) => code === "records-withheld")?.where).toEqual({
    index: 1,
    endIndex: 8,
    ranges: [
      { index: 1, endIndex: 2 },
      { index: 8, endIndex: 8 },
    ],
  });
});

describe("an absent range", () => {
  const range = { first: 6, last: 12 };

  it("T11 is lawful when its hashes and chain fit and its time was over", async () => {
    const expire = [{ range, policy: { id: "audit-90d", period: null } }];
    const bundle = await memoryBundle(COUNTS, { expire });
    const { result } = await judge(bundle, trusting(LOG));
    expect(result.findings.map(({ code }) => code)).toEqual(["records-absent", "not-witnessed", "not-stamped"]);
    expect(result.counts).toMatchObject({ records: 11, absent: 7 });
    expect(result.findings[0]?.message).toContain("Events 6–12 are absent");
  });

  it("T12 that was removed too early is told with the days", async () => {
    const expire = [{ range, policy: { id: "audit-90d", period: "P90D" } }];
    const { result } = await judge(await memoryBundle(COUNTS, { expire }), trusting(LOG));
    expect(result.findings.map(({ code }) => code)).toEqual(["removed-too-early", "not-witnessed", "not-stamped"]);
    expect(result.findings[0]?.message).toBe(
      "Warning: events 6–12 were removed 90 days before the stated retention ended.",
    );
  });

  it("T11 at the head is lawful too", async () => {
    const expire = [{ range: { first: 0, last: 5 }, policy: { id: "audit", period: null } }];
    expect(await codesOf(await memoryBundle(COUNTS, { expire }), trusting(LOG))).toEqual([
      `records-absent ${WITH_LIMITS}`,
      `not-witnessed ${WITH_LIMITS}`,
    ]);
  });

  it("explains the gap of a log that nobody pinned, which then is not verifiable and not altered", async () => {
    const expire = [{ range, policy: { id: "audit-90d", period: null } }];
    const withhold = [{ range: { first: 2, last: 2 }, reason: "privileged" }];
    const { result } = await judge(await memoryBundle(COUNTS, { expire, withhold }), trusting());
    expect(result.findings.map(({ code }) => code)).toEqual(["key-not-pinned", "records-withheld", "records-absent"]);
    expect(result.findings.at(-1)?.message).toContain("fit a state that no key of yours signed");
    expect(result.verdict).toBe("not-verifiable");
  });

  it("does not count where its records are there after all", async () => {
    const expire = [{ range, policy: { id: "audit-90d", period: null } }];
    const bundle = await memoryBundle(COUNTS, { expire });
    const path = "data/segments/00000000000000000006.jsonl";
    bundle.set(path, (await memoryBundle(COUNTS)).get(path) ?? Buffer.alloc(0));
    expect(await codesOf(bundle, trusting(LOG))).toEqual(["unlisted-file altered", `not-witnessed ${WITH_LIMITS}`]);
  });

  it("T10 whose hashes do not lead to the next signed state does not fit the history", async () => {
    const expire = [{ range, policy: { id: "audit-90d", period: null } }];
    const bundle = await memoryBundle(COUNTS, { expire });
    restate(bundle, (statement) => {
      const [absent] = statement.predicate.absent;
      if (absent) absent.compactRange[0] = Buffer.alloc(32, 1).toString("base64");
    });
    expect(await codesOf(bundle, trusting(LOG))).toEqual([
      "absent-range-wrong altered",
      `not-witnessed ${WITH_LIMITS}`,
    ]);
  });

  it("T10 whose chain does not go on does not fit the history", async () => {
    const expire = [{ range, policy: { id: "audit-90d", period: null } }];
    const bundle = await memoryBundle(COUNTS, { expire });
    restate(bundle, (statement) => {
      const [absent] = statement.predicate.absent;
      if (absent) absent.chainAfter = Buffer.alloc(32, 1).toString("base64");
    });
    expect(await codesOf(bundle, trusting(LOG))).toEqual([
      "absent-range-wrong altered",
      `not-witnessed ${WITH_LIMITS}`,
    ]);
  });
});

describe("custody envelopes", () => {
  let bundle: MemoryBundle;

  beforeAll(async () => {
    bundle = await memoryBundle(COUNTS);
    let previous: string | null = null;
    for (const number of [1, 2, 3]) {
      const bytes = custodyEntry(bundle, { previous, action: `step ${number}` });
      bundle.set(formatCustodyPath(number), bytes);
      previous = formatHex(platformHash(bytes));
    }
  });

  it("are a chain that pinned keys signed", async () => {
    expect(await codesOf(bundle, trusting(LOG, PERSON))).toEqual([`not-witnessed ${WITH_LIMITS}`]);
  });

  it("by people whose keys nobody pinned limit the verdict", async () => {
    const codes = await codesOf(bundle, trusting(LOG));
    expect(codes.filter((code) => code.startsWith("custody"))).toEqual(
      Array(3).fill(`custody-not-trusted ${WITH_LIMITS}`),
    );
  });

  it("of which one is gone are not said to name each the one before it", async () => {
    const changed = new Map(bundle);
    changed.delete(formatCustodyPath(2));
    const { result } = await judge(changed, trusting(LOG, PERSON));
    expect(result.checks.find(({ name }) => name === "custody")).toMatchObject({
      failed: 1,
      note: "2 entries, of which 1 does not follow the one before it under a key you have pinned",
    });
  });

  it("of which the last has a damaged signature are a chain all the same", async () => {
    const changed = new Map(bundle);
    const last = formatCustodyPath(3);
    const text = Buffer.from(bundle.get(last) ?? []).toString();
    changed.set(last, Buffer.from(text.replace(/"sig":"..../, '"sig":"AAAA')));
    expect(await codesOf(changed, trusting(LOG, PERSON))).toEqual([
      `not-witnessed ${WITH_LIMITS}`,
      `custody-not-trusted ${WITH_LIMITS}`,
    ]);
  });
});

describe("states seen before", () => {
  let bundle: MemoryBundle;
  let known: SealedLogMeans["knownStates"];

  beforeAll(async () => {
    bundle = await memoryBundle(COUNTS);
    const { pinnedStates } = await judge(bundle, trusting(LOG));
    known = pinnedStates.map((state) => ({ ...state, seenAt: "2026-02-01T00:00:00Z" }));
  });

  it("that agree are counted", async () => {
    const { result } = await judge(bundle, { ...trusting(LOG), knownStates: known });
    expect(result.checks.find(({ name }) => name === "anchors")).toMatchObject({ verdict: "verified", failed: 0 });
  });

  it("of another key or log say nothing", async () => {
    const other = known?.map((state) => ({ ...state, root: "00".repeat(32), vkey: vkeyOf(NEXT) })) ?? [];
    expect(await codesOf(bundle, { ...trusting(LOG), knownStates: other })).toEqual([`not-witnessed ${WITH_LIMITS}`]);
  });
});

function custodyEntry(bundle: MemoryBundle, change: Pick<CustodyStatement, "previous" | "action">): Buffer {
  const { payload } = parseEnvelope(bundle.get("statement.dsse.json") ?? Buffer.alloc(0));
  const entry = formatCustodyStatement({
    statementSha256: formatHex(platformHash(payload)),
    startTime: "2026-01-03T00:00:00Z",
    endTime: "2026-01-03T00:00:00Z",
    performer: PERSON.verifier.name,
    instrument: "",
    location: "",
    object: "the bundle",
    result: "received",
    ...change,
  });
  return Buffer.from(formatEnvelope(signEnvelope(IN_TOTO_PAYLOAD_TYPE, entry, [PERSON])));
}

interface StatementText {
  subject: { name: string; digest: { sha256: string } }[];
  predicate: { absent: { compactRange: string[]; chainAfter: string }[] };
}

/** The exporter signs another statement. */
function restate(bundle: MemoryBundle, change: (statement: StatementText) => void): void {
  const { payload, payloadType } = parseEnvelope(bundle.get("statement.dsse.json") ?? Buffer.alloc(0));
  const statement = JSON.parse(Buffer.from(payload).toString()) as StatementText;
  change(statement);
  const envelope = signEnvelope(payloadType, Buffer.from(JSON.stringify(statement)), [LOG]);
  bundle.set("statement.dsse.json", Buffer.from(formatEnvelope(envelope)));
  rewriteManifests(bundle);
}
