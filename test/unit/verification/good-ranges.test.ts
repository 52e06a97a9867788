import fc from "fast-check";
import { expect, it } from "vitest";

import { firstHolders, RangeCollector } from "../../../core/verification/good-ranges.ts";

const SIZE = 30;

it("every index is good from the first copy that holds it, and ranges ascend without meeting", () => {
  const indexes = fc.array(fc.integer({ min: 0, max: SIZE - 1 }), { maxLength: SIZE });
  fc.assert(
    fc.property(fc.array(indexes, { maxLength: 4 }), (copies) => {
      const held = copies.map((own) => {
        const collector = new RangeCollector();
        for (const index of own) collector.add(index);
        return collector.ranges;
      });
      const ranges = firstHolders(held);
      for (let index = 0; index < SIZE; index += 1) {
        const expected = copies.findIndex((own) => own.includes(index));
        const found = ranges.filter(({ from, to }) => from <= index && index < to).map(({ copy }) => copy);
        expect(found).toEqual(expected < 0 ? [] : [expected]);
      }
      expect(ranges.every(({ from }, at) => from >= (ranges[at - 1]?.to ?? 0))).toBe(true);
    }),
    { numRuns: 300 },
  );
});
