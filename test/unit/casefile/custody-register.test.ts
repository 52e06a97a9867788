import { join } from "node:path";

import { expect, test } from "vitest";

import { custodyRegister } from "../../../core/casefile/custody-register.ts";
import { searchEntries } from "../../../core/casefile/custody-search.ts";
import { createExaminerKey } from "../../../core/casefile/examiner-key.ts";
import { type CustodyEntry } from "../../../core/model/custody.ts";
import { inTemporaryFolder, openTestJournal } from "../../support/custody-fixture.ts";

/** Two sessions: one that nobody endorsed, and one of an examiner. */
function entriesOfTwo(): Promise<{ readonly entries: readonly CustodyEntry[]; readonly fingerprint: string }> {
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, "custody.jsonl");
    const examiner = await createExaminerKey("Examiner One", join(folder, "examiner.key"));
    const first = await openTestJournal(file, null);
    await first.appendAll([
      { action: "exhibit.imported", object: { id: "X-1", label: "gateway.jsonl" } },
      { action: "bundle.re-verified", object: { id: "X-1", label: "gateway.jsonl" } },
      { action: "view.saved", params: { name: "denied at night" } },
    ]);
    await first.close();
    const second = await openTestJournal(file, examiner);
    await second.appendAll([
      { action: "key.pinned", object: { id: "b5dd6c2e" }, note: "read out by its owner" },
      { action: "verification.saved", object: { id: "X-1", label: "verification.pdf" } },
      { action: "events.exported", params: { format: "jsonl" } },
    ]);
    const entries = await second.entries(0, 100);
    await second.close();
    return { entries, fingerprint: examiner.fingerprint };
  });
}

test("the register tells people, keys, exports and exhibits apart; a saved view has left nothing", async () => {
  const { entries, fingerprint } = await entriesOfTwo();
  const { people, keyActs, exports, exhibitEntries } = custodyRegister(entries, ["X-1", "X-2"]);
  expect(people).toMatchObject([
    { name: "examiner-7", key: "unendorsed", sessions: 1, entries: 5, hosts: ["00112233aabbccdd"] },
    { name: "Examiner One", key: fingerprint, sessions: 1, entries: 4 },
  ]);
  expect(keyActs.map(({ action }) => action)).toEqual(["key.pinned"]);
  expect(exports.map(({ action }) => action)).toEqual(["verification.saved", "events.exported"]);
  expect(exhibitEntries).toEqual({ "X-1": 3, "X-2": 0 });
});

test("entries are found by all words of a text, wherever an entry has them and in any case", async () => {
  const { entries } = await entriesOfTwo();
  const found = (text: string): readonly string[] => searchEntries(entries, text).map(({ action }) => action);
  expect(found("NIGHT denied")).toEqual(["view.saved"]);
  expect(found("examiner one exported")).toEqual(["events.exported"]);
  expect(found("read out")).toEqual(["key.pinned"]);
  expect(found("x-1 gateway")).toEqual(["exhibit.imported", "bundle.re-verified"]);
  expect(found("nothing of it")).toEqual([]);
  expect(found(" ")).toHaveLength(entries.length);
});
