import { expect, test } from "vitest";

import { aboutEntry } from "../../../renderer/features/custody/entry-words.ts";

test("an entry is about its object", () => {
  expect(
    aboutEntry({ action: "exhibit.imported", object: { id: "X-1", label: "audit.zip" }, params: { source: "ocsf" } }),
  ).toBe("X-1 audit.zip");
});

test("an act without an object is told by what it was given", () => {
  expect(aboutEntry({ action: "query.run", params: { query: "action:a", from: null, to: null } })).toBe(
    "query action:a",
  );
  expect(aboutEntry({ action: "triage.marked", params: { act: 6, mark: "keep", events: 2, seqs: "4,9" } })).toBe(
    "mark keep, events 2, seqs 4,9",
  );
  expect(aboutEntry({ action: "session.opened", params: { publicKey: "MFkw" } })).toBe("");
});

test("a long list is cut and counted, and what is nested is left to the whole entry", () => {
  expect(aboutEntry({ action: "rules.run", params: { events: [1, 2, 3, 4], first: { code: "x" } } })).toBe(
    "events 1 2 3 … (4)",
  );
  expect(aboutEntry({ action: "rules.run", params: { ranges: [[1, 5]] } })).toBe("ranges … (1)");
});
