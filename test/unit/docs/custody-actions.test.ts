import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { CUSTODY_ACTIONS } from "../../../core/model/custody-actions.ts";

const PAGE = join(import.meta.dirname, "../../../docs/formats/custody-journal.md");

test("the page about the custody journal says what every act is", async () => {
  const page = await readFile(PAGE, "utf8");
  const table = page.slice(page.indexOf("## What is recorded"), page.indexOf("## Verdicts and findings"));
  expect(CUSTODY_ACTIONS.filter((action) => !table.includes(`\`${action}\``))).toEqual([]);
  expect(new Set(CUSTODY_ACTIONS).size).toBe(CUSTODY_ACTIONS.length);
});
