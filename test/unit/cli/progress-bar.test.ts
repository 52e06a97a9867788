import { expect, test } from "vitest";

import { formatProgress } from "../../../core/cli/progress-bar.ts";

const loading = { phase: "loading", bytesDone: 2_936_013, bytesTotal: 4_893_355, records: 45_076 };

test("a bar shows the phase, the share, bytes, records and the time left", () => {
  expect(formatProgress(loading, 0.6, 2)).toBe(
    "loading       [==================------------] 60 % | 2.8 of 4.7 MiB | 45,076 records | 2 s left",
  );
});

test.each([
  [0.2, "1 s left"],
  [61, "1 min 1 s left"],
  [Infinity, "? left"],
  [NaN, "? left"],
])("%d seconds left read as %j", (seconds, text) => {
  expect(formatProgress(loading, 0.5, seconds)).toMatch(new RegExp(`${text.replace("?", "\\?")}$`));
});

test("work of unknown size shows what is being done and no numbers", () => {
  expect(formatProgress({ ...loading, phase: "rendering", bytesTotal: undefined }, 0, 0)).toBe("rendering …");
});

test("work that is counted in records shows how many of them are done, and takes nothing else for bytes", () => {
  const exporting = {
    phase: "exporting",
    bytesDone: 5_000,
    bytesTotal: undefined,
    records: 4_000,
    recordsTotal: 8_000,
  };
  expect(formatProgress(exporting, 0.5, 2)).toBe(
    "exporting     [===============---------------] 50 % | 4,000 of 8,000 records | 2 s left",
  );
});
