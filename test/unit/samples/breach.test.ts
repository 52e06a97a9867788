import { beforeAll, describe, expect, test } from "vitest";

import { ATTACK } from "../../../samples/generator/attack.ts";
import { generateBreach } from "../../../samples/generator/breach.ts";
import { BREACH, START_MS } from "../../../samples/generator/clock.ts";
import { Random } from "../../../core/selftest/random.ts";

interface Record {
  readonly time: number;
  readonly metadata: { readonly uid: string };
  readonly api: { readonly operation: string };
  readonly src_endpoint: { readonly ip: string };
  readonly actor: { readonly user: { readonly name: string; readonly credential_uid?: string } };
  readonly status_id: number;
  readonly unmapped?: { readonly rows?: number; readonly response_sha256?: string };
  readonly salt: string;
}

let segments: readonly (readonly string[])[];
let records: readonly Record[];

beforeAll(() => {
  segments = generateBreach();
  // Our own generator's lines, whose shape these tests are about.
  records = segments.flat().map((line) => JSON.parse(line) as Record);
});

describe("the generated breach", () => {
  test("is the same whenever it is generated", () => {
    expect(generateBreach()).toEqual(segments);
  });

  test("is in order of time, inside three days", () => {
    const times = records.map(({ time }) => time);
    expect(times).toEqual([...times].sort((left, right) => left - right));
    expect(times[0]).toBeGreaterThanOrEqual(START_MS);
    expect(times.at(-1)).toBeLessThan(START_MS + 3 * 86_400_000);
  });

  test("gives every record an id and a salt of its own", () => {
    expect(new Set(records.map(({ metadata }) => metadata.uid)).size).toBe(records.length);
    expect(new Set(records.map(({ salt }) => salt)).size).toBe(records.length);
    expect(records.every(({ salt }) => Buffer.from(salt, "base64url").length === 16)).toBe(true);
  });

  test("uses addresses that are reserved for documentation, and no others", () => {
    const reserved = /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}$/;
    expect(records.filter(({ src_endpoint: { ip } }) => !reserved.test(ip))).toEqual([]);
  });

  test("has the rhythm of a day: most events by day, some at night, and normal failures all along", () => {
    const byHour = new Array<number>(24).fill(0);
    for (const { time } of records) {
      const hour = new Date(time).getUTCHours();
      byHour[hour] = (byHour[hour] ?? 0) + 1;
    }
    expect(Math.min(...byHour)).toBeGreaterThan(100);
    expect(byHour[18]).toBeGreaterThan(5 * (byHour[1] ?? 0));
    const before = records.filter(({ time }) => time < START_MS + BREACH.stuffingFrom);
    const failed = before.filter(({ status_id }) => status_id === 2).length / before.length;
    expect(failed).toBeGreaterThan(0.01);
    expect(failed).toBeLessThan(0.05);
  });

  test("shows the intruder's address only from the enumeration to the clean-up", () => {
    const times = records.flatMap(({ time, src_endpoint: { ip } }) => (ip === "203.0.113.88" ? [time - START_MS] : []));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(BREACH.enumerationFrom);
    expect(Math.max(...times)).toBe(BREACH.cleanUp);
  });

  test("takes no digests of responses between the two changes of the audit settings", () => {
    const digests = records.filter(({ unmapped }) => unmapped?.response_sha256 !== undefined);
    const inside = digests.filter(
      ({ time }) => time > START_MS + BREACH.auditChanged && time <= START_MS + BREACH.auditRestored,
    );
    expect(inside).toEqual([]);
    expect(digests.length).toBeGreaterThan(5_000);
  });

  test("no build uses the old token once it was replaced", () => {
    const late = records.filter(
      ({ time, actor }) =>
        actor.user.credential_uid === "tok-ci-7f2c" && time > START_MS + BREACH.tokenReplaced + 10 * 60_000,
    );
    expect(late).toEqual([]);
  });

  test("exports as many customers as the story says", () => {
    const pages = records.filter(({ api, status_id }) => api.operation === "customers.export" && status_id === 1);
    expect(pages).toHaveLength(ATTACK.pagesExported);
    expect(pages.reduce((sum, { unmapped }) => sum + (unmapped?.rows ?? 0), 0)).toBe(60_800);
  });
});

describe("the source of numbers", () => {
  test("gives the same numbers for the same seed and others for another", () => {
    const numbers = (seed: number): number[] => {
      const random = new Random(seed);
      return Array.from({ length: 5 }, () => random.word());
    };
    expect(numbers(1)).toEqual(numbers(1));
    expect(numbers(1)).not.toEqual(numbers(2));
  });

  test("spreads evenly over a range and stays inside it", () => {
    const random = new Random(7);
    const counts = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 20_000; draw += 1) {
      const value = random.between(0, 9);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    expect(counts).toHaveLength(10);
    expect(Math.min(...counts)).toBeGreaterThan(1_800);
    expect(Math.max(...counts)).toBeLessThan(2_200);
  });
});
