import fc from "fast-check";
import { expect, test } from "vitest";

import { parseStrictJson, type JsonValue } from "../../core/encoding/strict-json.ts";
import { formatFieldPath, parseFieldPath } from "../../core/sources/field-path.ts";
import { recognise, recogniseSource, SOURCES } from "../../core/sources/registry.ts";
import { respell } from "../../core/sources/respell.ts";
import { mappingPaths } from "../../core/sources/mapping-paths.ts";
import { nameAnyCase } from "../../core/sources/value-at.ts";

const marked = SOURCES.flatMap(({ shapes }) => shapes.flat()).map(({ path }) => String(path[0]));
const value = fc
  .oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...marked), fc.jsonValue()))
  .map((given): JsonValue => parseStrictJson(Buffer.from(JSON.stringify(given))).value ?? null);

test("no record makes a recogniser fail, and every score lies between 0 and 1", () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 5 }), (sample) => {
      for (const source of SOURCES) {
        const { score } = recognise(source, sample);
        expect(score >= 0 && score <= 1).toBe(true);
      }
      recogniseSource(sample);
    }),
    { numRuns: 200 },
  );
});

test("a path is read back from its text", () => {
  const step = fc.oneof(fc.string({ minLength: 1 }), fc.nat(99_999));
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.array(step, { maxLength: 4 }), (first, rest) => {
      const path = [first, ...rest];
      expect(parseFieldPath(formatFieldPath(path))).toEqual(path);
    }),
  );
});

test("a respelt record has a mapping's name wherever it had it in another case", () => {
  fc.assert(
    fc.property(value, fc.constantFrom(...SOURCES), (record, { mapping }) => {
      const respelt = respell(record, mappingPaths(mapping)) ?? record;
      if (typeof respelt !== "object" || respelt === null || Array.isArray(respelt)) return;
      const object = respelt as Readonly<Record<string, JsonValue>>;
      for (const [name] of mappingPaths(mapping)) {
        if (typeof name === "string" && nameAnyCase(object, name) !== undefined)
          expect(Object.hasOwn(object, name)).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});
