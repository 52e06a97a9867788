import { expect, test } from "vitest";

import { exportFormat } from "../../../core/interchange/formats.ts";

test("a format that does not exist is told with everything that a case is exported as", () => {
  const formats = "timesketch, ocsf, ecs, l2tcsv, json_line, csv, jsonl, stix, parquet, case";
  expect(() => exportFormat("xml\u0007", "a.xml", "2026-01-02T03:04:05Z")).toThrow(
    `--format expected one of ${formats}, got "xml\\u0007"`,
  );
});

test("a format is chosen by its name and the end of the file's name", () => {
  const exportedAt = "2026-01-02T03:04:05Z";
  expect(exportFormat("timesketch", "a.csv", exportedAt).extensions).toEqual([".csv"]);
  expect(() => exportFormat("timesketch", "a.xml", exportedAt)).toThrow(
    "timesketch reads files that end in .jsonl or .csv",
  );
});
