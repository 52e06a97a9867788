import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type BundleContents, type SegmentFile } from "../../../core/bundle/bundle-reader.ts";
import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { type RecordLine } from "../../../core/bundle/record-lines.ts";
import { scanSegment } from "../../../core/bundle/segment-scan.ts";
import { walkMembers } from "../../../core/encoding/json-members.ts";
import { recordHashing } from "../../../core/merkle/record-hashing.ts";
import { type CheckOutcome } from "../../../core/verification/findings.ts";
import { RecordReader } from "../../../core/verification/record-check.ts";
import { TimeReader } from "../../../core/verification/record-times.ts";

const PROVEN = [{ size: 5, ms: Date.parse("2026-03-01T00:00:00Z") }];
const SALT = "AAAAAAAAAAAAAAAAAAAAAA";

const hashing = recordHashing(platformHash);

/** Segments of a few records each. */
function segmentsOf(records: readonly string[], length: number): readonly SegmentFile[] {
  return Array.from({ length: Math.ceil(records.length / length) }, (_, at) => {
    const held = records.slice(at * length, (at + 1) * length);
    const text = Buffer.from(`\0${held.map((record) => `${record}\n`).join("")}`);
    const content = { ...scanSegment(text, at * length, hashing), chain: null, tiles: null };
    const file = { path: `data/segments/${at}.jsonl`, byteLength: text.length - 1, sha256: "" };
    return { ...file, firstIndex: at * length, encoding: "plain", content, fault: null };
  });
}

const contentsOf = (segments: readonly SegmentFile[]): BundleContents => ({
  label: "log",
  files: new Map(),
  segments,
  outside: [],
  containerFaults: [],
});

const linesOf = (records: readonly string[], length: number): RecordLine[] =>
  records.map((text, index) => {
    const [segment, line] = [Math.floor(index / length), index % length];
    const path = `data/segments/${segment}.jsonl`;
    return { segment, path, index, line, withheld: text.startsWith("~"), bytes: Buffer.from(text) };
  });

const clockCodes = ["time-goes-back", "time-after-seal", "withheld-guessable"];

/** What both readers say of the clock and of salt. */
function both(records: readonly string[], segmentLength = 100) {
  const segments = segmentsOf(records, segmentLength);
  const whole = new RecordReader(PROVEN);
  const times = new TimeReader(contentsOf(segments), PROVEN);
  for (const line of linesOf(records, segmentLength)) {
    whole.read(line);
    if (times.needs(line.segment)) times.read(line);
  }
  const [ofWhole, ofTimes] = [whole.outcome(), times.outcome()];
  const counts = ({ checks }: CheckOutcome) => checks.map(({ checked, failed }) => ({ checked, failed }));
  return {
    whole: { counts: counts(ofWhole), findings: ofWhole.findings.filter(({ code }) => clockCodes.includes(code)) },
    times: { counts: counts(ofTimes), findings: ofTimes.findings },
    checks: ofTimes.checks,
  };
}

const member = fc.oneof(
  fc.constantFrom(
    '"time":"2026-02-01T00:00:00Z"',
    '"time":1772323200000',
    '"time":1772323200',
    '"time":"2026-03-01T00:01:00.000000001Z"',
    '"time":"2026-03-31T25:00:00Z"',
    '"time":null',
    '"time":-86400',
    '"time":1.5',
    '"eventTime":"2026-04-01T00:00:00Z"',
    '"timestamp" : "2026-02-28T23:59:59.5Z"',
    '"nested":{"time":"2020-01-01T00:00:00Z","more":[{"}":"\\""}]}',
    '"text":"\\"time\\":\\"2019-01-01T00:00:00Z\\""',
    '"list":[1,"]",{"a":[]}]',
    `"salt":"${SALT}"`,
    '"salt":"short"',
    `"text2":"a,\\"salt\\":\\"${SALT}"`,
    '"n":-1.5e3',
  ),
);
const record = fc
  .uniqueArray(member, { maxLength: 6, selector: (text) => /"[^"]*"/.exec(text)?.[0] })
  .map((members) => `{${members.join(",")}}`);
const logRecord = fc.constant('{"_log":"seal","time":"2026-02-10T00:00:00Z","salt":"x"}');
const withheld = fc.constant("~AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");

describe("the times of a long log", () => {
  it("contradict each other and proven times exactly as the records do that are read whole", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 6, arbitrary: record }, logRecord, withheld), { maxLength: 12 }),
        fc.integer({ min: 1, max: 12 }),
        (records, segmentLength) => {
          const { whole, times } = both(records, segmentLength);
          expect(times).toEqual(whole);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("are told also where no calendar has them", () => {
    const { whole, times } = both(['{"time":9007199254740991}', '{"time":-9007199254740991}']);
    expect(times).toEqual(whole);
    expect(times.findings.map(({ code }) => code)).toEqual(["time-goes-back", "time-after-seal"]);
  });

  it("say that a clock went back, and that a record claims to be later than its seal", () => {
    const records = [
      '{"a":{"time":0},"time":"2026-02-02T00:00:00Z"}',
      '{"time":1769904000000}',
      '{"time":1772500000000}',
    ];
    const { times, checks } = both(records);
    expect(times.findings.map(({ code, where }) => [code, where.index])).toEqual([
      ["time-goes-back", 1],
      ["time-after-seal", 2],
    ]);
    expect(checks).toMatchObject([{ name: "records", verdict: "failed", checked: 3, failed: 2 }]);
  });
});

it("walks over any bytes to their end", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",: \\a1'), maxLength: 40 }), (text) => {
      const bytes = Buffer.from(`:{${text}:{"a":1}`);
      const to = 2 + text.length;
      walkMembers(bytes, 1, to, (nameStart, nameEnd, start, end) => {
        expect(1 < nameStart && nameStart <= nameEnd && nameEnd < start && start <= end && end <= to).toBe(true);
        return true;
      });
    }),
    { numRuns: 2_000 },
  );
});
