import { describe, expect, it } from "vitest";

import { disclosureDigest, formatDisclosure, formatDisclosures } from "../../../core/bundle/disclosures.ts";
import { formatDisclosuresPath, formatSegmentPath } from "../../../core/bundle/layout.ts";
import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { SegmentBuilder } from "../../../core/bundle/segment-builder.ts";
import { instantFromMillis } from "../../../core/model/time.ts";
import { type VerificationFinding } from "../../../core/model/verdict.ts";
import { formatCheckpoint } from "../../../core/signing/checkpoint.ts";
import { formatNote } from "../../../core/signing/note.ts";
import { signingKey, signNote } from "../../../core/signing/signing-key.ts";
import { formatPolicy, parsePolicy } from "../../../core/signing/tlog-policy.ts";
import { COSIGNATURE_TYPE, formatVerifierKey } from "../../../core/signing/verifier-key.ts";
import { judge, memoryBundle, type MemoryBundle } from "../../support/memory-bundle.ts";
import { ORIGIN, testKey, trusting } from "../../support/sealed-bundle.ts";

const SALT = "AAAAAAAAAAAAAAAAAAAAAA";

/** A bundle of these lines; the open record is index 0, the first line index 1. */
function bundleOf(lines: readonly string[], change: Parameters<typeof memoryBundle>[1] = {}): Promise<MemoryBundle> {
  const input = {
    name: "lines.jsonl",
    async *open(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from(lines.map((line) => `${line}\n`).join("")));
    },
  };
  return memoryBundle([], { inputs: [input], addSalt: false, ...change });
}

async function findingsOf(bundle: MemoryBundle): Promise<readonly string[]> {
  const { result } = await judge(bundle, trusting(testKey()));
  return result.findings
    .filter(({ code }) => !code.startsWith("not-"))
    .map(({ code, message }) => `${code}: ${message}`);
}

const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 2, 3, 4, seconds)).toISOString();
const line = (seconds: number, actor = "alice"): string =>
  JSON.stringify({ time: at(seconds), actor, action: "read", salt: SALT });

describe("the clock of a log", () => {
  it("T28 that goes back is told with the event and by how much; a second of jitter is not", async () => {
    expect(await findingsOf(await bundleOf([line(10), line(9), line(30)]))).toEqual([]);
    expect(await findingsOf(await bundleOf([line(10), line(7), line(5)]))).toEqual([
      "time-goes-back: Recorded time goes backwards by 3 s at event 2. Order is proven, clock time is not. The same holds for 1 further event.",
    ]);
  });

  it("T28 that opens a segment before the one in front of it is told with the open record", async () => {
    // The first segment opens and the validity of the key begins; an hour earlier the second one does.
    const hours = [9, 9, 8];
    const now = (): ReturnType<typeof instantFromMillis> =>
      instantFromMillis(Date.UTC(2026, 0, 5, hours.shift() ?? 10));
    expect(await findingsOf(await memoryBundle([2, 2], { now }))).toEqual([
      "time-goes-back: Recorded time goes backwards by 3600 s at event 4. Order is proven, clock time is not.",
    ]);
  });

  it("T29 that is later than a witness saw the state was wrong or set", async () => {
    const witness = signingKey(platformHash, "example.net/w", new Uint8Array(32).fill(31), COSIGNATURE_TYPE);
    const text = formatPolicy([], [formatVerifierKey(witness.verifier)], 1);
    const lines = [line(0), JSON.stringify({ time: "2026-03-01T00:00:00Z", salt: SALT })];
    const now = (): ReturnType<typeof instantFromMillis> => instantFromMillis(Date.UTC(2026, 1, 1));
    const bundle = await bundleOf(lines, { witnesses: [witness], now });
    const means = { ...trusting(testKey()), policies: [parsePolicy(platformHash, Buffer.from(text))] };
    const { result } = await judge(bundle, means);
    const findings = result.findings.map(({ code, verdict, where }) => [code, verdict, where.index]);
    expect(findings).toEqual([
      ["not-stamped", "verified-with-limits", undefined],
      ["time-after-seal", "verified-with-limits", 2],
    ]);
  });
});

describe("records that tools may read differently", () => {
  // `seal` refuses these; another writer may have logged them.
  async function logged(record: string | Uint8Array): Promise<readonly VerificationFinding[]> {
    const now = (): ReturnType<typeof instantFromMillis> => instantFromMillis(Date.UTC(2026, 0, 3));
    const log = { hash: platformHash, origin: ORIGIN, now, random: (length: number) => new Uint8Array(length) };
    const builder = new SegmentBuilder(log);
    builder.open();
    builder.append({ bytes: Buffer.from(record), time: null });
    const { content, treeSize: size, rootHash: root } = builder.seal();
    const note = signNote(formatCheckpoint({ origin: ORIGIN, size, root, extensions: [] }), [testKey()]);
    const bundle: MemoryBundle = new Map([
      [formatSegmentPath(0, "plain"), Buffer.from(content)],
      ["data/checkpoint", Buffer.from(formatNote(note))],
    ]);
    const ofBag = /^(statement|manifest|file|unlisted|not)-/;
    const { result } = await judge(bundle, trusting(testKey()));
    return result.findings.filter(({ code }) => !ofBag.test(code));
  }

  it.each<[string, string | Uint8Array, string]>([
    ["T40 a name given twice", `{"actor":"alice","actor":"bob","salt":"${SALT}"}`, "duplicate-field"],
    ["T41 a number beyond 2^53", `{"n":12345678901234567890,"salt":"${SALT}"}`, "ambiguous-record"],
    ["T41 a prototype", `{"__proto__":{"a":1},"salt":"${SALT}"}`, "ambiguous-record"],
    ["T41 a lone surrogate", `{"a":"\\ud800","salt":"${SALT}"}`, "ambiguous-record"],
    ["T41 deep nesting", `{"a":${"[".repeat(600)}${"]".repeat(600)},"salt":"${SALT}"}`, "ambiguous-record"],
    ["T41 bytes that are no UTF-8", Buffer.from(`{"a":"\xff","salt":"${SALT}"}`, "latin1"), "ambiguous-record"],
    ["T42 Cyrillic among Latin letters", `{"actor":"p\u0430ypal","salt":"${SALT}"}`, "confusable-text"],
    ["T42 a right-to-left override", `{"actor":"a\\u202eb","salt":"${SALT}"}`, "confusable-text"],
    ["T42 a combining mark for a letter of its own", `{"actor":"e\u0301","salt":"${SALT}"}`, "confusable-text"],
  ])("%s is told and lowers nothing", async (_what, record, code) => {
    const findings = await logged(record);
    expect(findings.map((finding) => [finding.code, finding.verdict])).toEqual([[code, "verified"]]);
  });

  it("T40 say both values of a name given twice", async () => {
    const findings = await logged(`{"actor":"alice","actor":"bob","salt":"${SALT}"}`);
    expect(findings.map(({ message }) => message)).toEqual([
      String.raw`Event 1 has the field "actor" twice: "\"alice\"" and "\"bob\"". Tools may show either.`,
    ]);
  });

  it("in other scripts alone are ordinary", async () => {
    expect(await findingsOf(await bundleOf([`{"actor":"Мария Müller","salt":"${SALT}"}`]))).toEqual([]);
  });
});

describe("a withheld record", () => {
  it("T39 of a log without salts could be guessed", async () => {
    const withhold = [{ range: { first: 1, last: 1 }, reason: "privacy" }];
    const salted = await bundleOf([line(0), line(1)], { withhold });
    expect((await findingsOf(salted)).map((text) => text.split(":")[0])).toEqual(["records-withheld"]);
    const unsalted = await bundleOf(['{"a":1}', '{"a":2}'], { withhold });
    expect((await findingsOf(unsalted)).map((text) => text.split(":")[0])).toEqual([
      "records-withheld",
      "withheld-guessable",
    ]);
  });
});

describe("disclosed values", () => {
  const inner = formatDisclosure(SALT, "street", "Example Road 1");
  const disclosures = [
    formatDisclosure(SALT, "email", "a@example.com"),
    formatDisclosure(SALT, "address", { _sd: [disclosureDigest(platformHash, inner)] }),
  ];
  const committed = JSON.stringify({
    actor: { _sd: disclosures.map((text) => disclosureDigest(platformHash, text)) },
    _sd_alg: "sha-256",
    salt: SALT,
  });

  async function disclosed(index: number, texts: readonly string[]): Promise<readonly string[]> {
    const bundle = await bundleOf([committed, line(1)]);
    bundle.set(formatDisclosuresPath(0), Buffer.from(formatDisclosures([{ index, disclosures: texts }])));
    return (await findingsOf(bundle)).filter((text) => text.startsWith("disclosure"));
  }

  it("are those that the record committed to, also through one another and in any order", async () => {
    expect(await disclosed(1, [inner, ...disclosures])).toEqual([]);
  });

  it("T38 that were changed, or belong to another record, are not the logged ones", async () => {
    const changed = formatDisclosure(SALT, "email", "b@example.com");
    const message = 'disclosure-wrong: The disclosed value of "email" in event 1 is not the logged value.';
    expect(await disclosed(1, [changed])).toEqual([message]);
    expect(await disclosed(2, disclosures.slice(0, 1))).toEqual([message.replace("event 1", "event 2")]);
    expect(await disclosed(99, disclosures.slice(0, 1))).toEqual([message.replace("event 1", "event 99")]);
  });

  it("T38 of one record are all compared, in however many lines and files they stand", async () => {
    const changed = formatDisclosure(SALT, "email", "b@example.com");
    const [good = ""] = disclosures;
    const lineOf = (text: string) => formatDisclosures([{ index: 1, disclosures: [text] }]);
    const bundle = await bundleOf([committed, line(1)]);
    bundle.set(formatDisclosuresPath(0), Buffer.concat([lineOf(changed), lineOf(good)]));
    bundle.set(formatDisclosuresPath(1), Buffer.from(lineOf(good)));
    expect((await findingsOf(bundle)).filter((text) => text.startsWith("disclosure"))).toEqual([
      'disclosure-wrong: The disclosed value of "email" in event 1 is not the logged value.',
    ]);
  });

  it.each(["actor", "_sd", "..."])(
    "named %s stand for no member of their own, as RFC 9901 §7.1 has it",
    async (name) => {
      const text = formatDisclosure(SALT, name, "mallory");
      const record = { actor: "alice", _sd: [disclosureDigest(platformHash, text)], salt: SALT };
      const bundle = await bundleOf([JSON.stringify(record)]);
      bundle.set(formatDisclosuresPath(0), Buffer.from(formatDisclosures([{ index: 1, disclosures: [text] }])));
      expect((await findingsOf(bundle)).filter((found) => found.startsWith("disclosure"))).toEqual([
        `disclosures-malformed: The disclosed field "${name}" of event 1 has a name that is taken there: tools may show either value.`,
      ]);
    },
  );

  it("in a malformed file are told with the line", async () => {
    const bundle = await bundleOf([committed]);
    bundle.set(formatDisclosuresPath(0), Buffer.from("{}\n"));
    expect((await findingsOf(bundle)).some((text) => text.startsWith("disclosures-malformed"))).toBe(true);
  });
});
