import { readFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { formatCustodyLine, parseCustodyLine } from "../../core/casefile/custody-line.ts";
import { readCustodyEntries, verifyCustody } from "../../core/casefile/custody-verify.ts";
import { createExaminerKey } from "../../core/casefile/examiner-key.ts";
import { inTemporaryFolder, openTestJournal } from "../support/custody-fixture.ts";

const text = fc.string({ unit: "grapheme", maxLength: 40 });
const value = fc.jsonValue({ maxDepth: 3, stringUnit: "grapheme" });
const act = fc.record(
  {
    action: fc.constantFrom("note.added", "query.run", "finding.created"),
    note: text,
    purpose: text,
    params: fc.dictionary(text, value, { maxKeys: 4 }),
    object: fc.record({ id: text, label: text }, { requiredKeys: ["id"] }),
  },
  { requiredKeys: ["action"] },
);

/** A name that objects treat as none of their own. */
const PROTOTYPE = JSON.parse('{"__proto__":0}') as Record<string, fc.JsonValue>;

describe("custody journals of any content", () => {
  it("verify, give back what was appended, and notice any removed or changed byte range", async () => {
    await inTemporaryFolder(async (folder) => {
      const examiner = await createExaminerKey("Examiner One", join(folder, "examiner.key"));
      let number = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat(), async (acts, at, size) => {
          const file = join(folder, `${number++}.jsonl`);
          const journal = await openTestJournal(file, examiner);
          // What JSON cannot tell apart (-0 and 0) is given as it will be read.
          const given = acts.map((item) => JSON.parse(JSON.stringify(item)) as (typeof acts)[number]);
          const entries = await journal.appendAll(given as Parameters<typeof journal.appendAll>[0]);
          await journal.close();
          const bytes = new Uint8Array(await readFile(file));
          expect(await verifyCustody(bytes)).toMatchObject({ entries: acts.length + 2, verdict: "verified" });
          expect(readCustodyEntries(bytes).slice(1, -1)).toEqual(entries);
          for (const line of Buffer.from(bytes).toString().trimEnd().split("\n")) {
            const parsed = parseCustodyLine(line);
            expect(typeof parsed === "string" ? parsed : formatCustodyLine(parsed)).toBe(line);
          }
          const start = at % (bytes.length - 1);
          const end = start + 1 + (size % (bytes.length - 1 - start));
          const cut = Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
          // Whole lines cut from the end leave a shorter journal in good order: the limit that docs/formats names.
          fc.pre(!cut.equals(bytes.subarray(0, cut.length)));
          expect((await verifyCustody(cut)).verdict).not.toBe("verified");
        }),
        { numRuns: 60, examples: [[[{ action: "note.added", params: PROTOTYPE }], 0, 0]] },
      );
    });
  });
});
