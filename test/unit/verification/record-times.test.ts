import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type RecordLine } from "../../../core/bundle/record-lines.ts";
import { walkMembers } from "../../../core/encoding/json-members.ts";
import { RecordReader } from "../../../core/verification/record-check.ts";
import { TimeReader } from "../../../core/verification/record-times.ts";

const PROVEN = [{ size: 5, ms: Date.parse("2026-03-01T00:00:00Z") }];
const SALT = "AAAAAAAAAAAAAAAAAAAAAA";

const linesOf = (records: readonly string[]): RecordLine[] =>
  records.map((text, index) => {
    const bytes = Buffer.from(text);
    return { segment: 0, path: "data/segments/0.jsonl", index, line: index, withheld: text.startsWith("~"), bytes };
  });

const clockCodes = ["time-goes-back", "time-after-seal", "withheld-guessable"];

/** What both readers say of the clock and of salt. */
function both(records: readonly string[]) {
  const lines = linesOf(records);
  const whole = new RecordReader(PROVEN);
  const times = new TimeReader(
    PROVEN,
    lines.some(({ withheld }) => withheld),
  );
  for (const line of lines) {
    whole.read(line);
    times.read(line);
  }
  const ofWhole = whole.outcome().findings.filter(({ code }) => clockCodes.includes(code));
  return { whole: ofWhole, times: times.outcome() };
}

const member = fc.oneof(
  fc.constantFrom(
    '"time":"2026-02-01T00:00:00Z"',
    '"time":1772323200000',
    '"time":1772323200',
    '"time":null',
    '"time":1.5',
    '"eventTime":"2026-04-01T00:00:00Z"',
    '"timestamp" : "2026-02-28T23:59:59.5Z"',
    '"nested":{"time":"2020-01-01T00:00:00Z","more":[{"}":"\\""}]}',
    '"text":"\\"time\\":\\"2019-01-01T00:00:00Z\\""',
    '"list":[1,"]",{"a":[]}]',
    `"salt":"${SALT}"`,
    '"salt":"short"',
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
        (records) => {
          const { whole, times } = both(records);
          expect(times.findings).toEqual(whole);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("say that a clock went back, and that a record claims to be later than its seal", () => {
    const records = [
      '{"a":{"time":0},"time":"2026-02-02T00:00:00Z"}',
      '{"time":1769904000000}',
      '{"time":1772500000000}',
    ];
    const { times } = both(records);
    expect(times.findings.map(({ code, where }) => [code, where.index])).toEqual([
      ["time-goes-back", 1],
      ["time-after-seal", 2],
    ]);
    expect(times.checks).toMatchObject([{ name: "records", verdict: "failed", checked: 3, failed: 2 }]);
  });
});

it("walks over any bytes to their end", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",: \\a1'), maxLength: 40 }), (text) => {
      const bytes = Buffer.from(`{${text}`);
      walkMembers(bytes, ({ nameStart, nameEnd, start, end }) => {
        expect(0 < nameStart && nameStart <= nameEnd && nameEnd < start && start <= end && end <= bytes.length).toBe(
          true,
        );
        return true;
      });
    }),
    { numRuns: 2_000 },
  );
});
