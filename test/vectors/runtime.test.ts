import { expect, it } from "vitest";

/** `scripts/vectors-in-electron.mjs` names the runtime; without a name, any will do. */
const wanted = process.env["ASSAY_TEST_RUNTIME"];

it.skipIf(wanted === undefined)("the vectors run in the runtime that was asked for (skipped: none was)", () => {
  expect(Object.keys(process.versions)).toContain(wanted);
});
