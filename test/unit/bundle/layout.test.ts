import fc from "fast-check";
import { expect, it } from "vitest";

import { formatTilePath, parseTilePath, type TileName } from "../../../core/bundle/layout.ts";

const LEVEL = fc.integer({ min: 0, max: 63 });
const INDEX = fc.oneof(fc.nat(2_000), fc.maxSafeNat());
const WIDTH = fc.integer({ min: 1, max: 256 });

it("the name of every tile is read as that tile", () => {
  fc.assert(
    fc.property(LEVEL, INDEX, WIDTH, (level, index, width) => {
      const name: TileName = { level, index, width };
      expect(parseTilePath(formatTilePath(name))).toEqual(name);
    }),
  );
});

it("a tile has no second name", () => {
  const level = fc.oneof(LEVEL.map(String), fc.constantFrom("00", "07", "-1", "1.0", ""));
  const group = fc.constantFrom("000", "001", "010", "255", "999", "1", "0000", "x00");
  const groups = fc.array(group, { minLength: 1, maxLength: 7 }).map((all) => all.join("/x"));
  const start = fc.constantFrom("", "x");
  const width = fc.oneof(
    fc.constantFrom("", ".p/", ".p/0", ".p/01", ".p/256", ".p/257", ".p/999", ".p"),
    WIDTH.map((of) => `.p/${of}`),
  );
  // The last group alone has no x before it.
  const index = fc.tuple(start, groups).map(([first, all]) => `${first}${all}`.replace(/x([^x]*)$/, "$1"));
  fc.assert(
    fc.property(level, index, width, (of, at, part) => {
      const path = `data/tile/${of}/${at}${part}`;
      const name = parseTilePath(path);
      if (name !== undefined) expect(formatTilePath(name)).toBe(path);
    }),
    { numRuns: 2_000 },
  );
});

it.each([
  "data/tile/00/000",
  "data/tile/0/x000/001",
  "data/tile/0/000.p/256",
  "data/tile/0/000.p/0",
  "data/tile/0/000.p/01",
  "data/tile/0/x009/x999/x999/x999/x999/999",
])("%s names no tile", (path) => {
  expect(parseTilePath(path)).toBeUndefined();
});
