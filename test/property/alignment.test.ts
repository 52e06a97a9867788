import { createHash } from "node:crypto";

import fc from "fast-check";
import { expect, it } from "vitest";

import { formatHex } from "../../core/encoding/bytes.ts";
import { alignLeaves, type Difference } from "../../core/verification/alignment.ts";

function leaves(values: readonly number[]): Uint8Array {
  return Buffer.concat(values.map((value) => createHash("sha256").update(String(value)).digest()));
}

/** Which positions of each side the differences speak of. */
function touched(differences: readonly Difference[]) {
  const [expected, found] = [new Set<number>(), new Set<number>()];
  const addRun = (set: Set<number>, start: number, count: number): void => {
    for (let index = start; index < start + count; index += 1) set.add(index);
  };
  for (const difference of differences) {
    if (difference.kind !== "added" && difference.kind !== "duplicated") {
      addRun(expected, difference.expected, difference.kind === "missing" ? difference.count : 1);
    }
    if (difference.kind !== "missing")
      addRun(found, difference.found, difference.kind === "added" ? difference.count : 1);
  }
  return { expected, found };
}

const sequence = fc.array(fc.nat({ max: 12 }), { maxLength: 24 });

it("what no difference names is the same on both sides, in the same order", () => {
  fc.assert(
    fc.property(sequence, sequence, (signed, present) => {
      const { expected, found } = touched(alignLeaves(leaves(signed), leaves(present)));
      const rest = (values: readonly number[], without: ReadonlySet<number>) =>
        values.filter((_, index) => !without.has(index));
      expect(rest(present, found)).toEqual(rest(signed, expected));
    }),
  );
});

it("equal sequences have no difference, and different ones have one", () => {
  fc.assert(
    fc.property(sequence, sequence, (signed, present) => {
      const equal = formatHex(leaves(signed)) === formatHex(leaves(present));
      expect(alignLeaves(leaves(signed), leaves(present)).length === 0).toBe(equal);
    }),
  );
});

const distinct = fc.uniqueArray(fc.nat({ max: 1_000 }), { minLength: 2, maxLength: 30 });

it("one removal, one insertion and one change are told as what they are", () => {
  fc.assert(
    fc.property(distinct, fc.nat(), (signed, seed) => {
      const at = seed % signed.length;
      const align = (present: readonly number[]) => alignLeaves(leaves(signed), leaves(present));
      expect(align(signed.toSpliced(at, 1))).toEqual([{ kind: "missing", expected: at, count: 1, found: at }]);
      expect(align(signed.toSpliced(at, 0, -1))).toEqual([{ kind: "added", expected: at, count: 1, found: at }]);
      expect(align(signed.with(at, -1))).toEqual([{ kind: "changed", expected: at, found: at }]);
      expect(align(signed.toSpliced(at + 1, 0, signed[at] ?? 0))).toEqual([
        { kind: "duplicated", expected: at + 1, found: at + 1, original: at },
      ]);
    }),
  );
});
