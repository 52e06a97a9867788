// What the report counts and what the timeline finds for the same question are one number.
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { type CaseFile } from "../../core/casefile/case-file.ts";
import { measureCase } from "../../core/report/case-measures.ts";
import { ResultSets } from "../../core/timeline/result-sets.ts";
import { inTemporaryFolder } from "../support/custody-fixture.ts";
import { caseWithEvents } from "../support/timeline-case.ts";

const orNull = <T>(...values: readonly T[]) => fc.constantFrom(null, ...values);

const event = fc.record({
  kind: fc.constantFrom("event", "event", "log", "withheld", "unreadable"),
  time: fc.option(fc.bigInt({ min: 1_700_000_000_000_000_000n, max: 1_700_000_100_000_000_000n })),
  principal: orNull("alice", "bob"),
  action: orNull(
    "ConsoleLogin",
    "GetLoginProfile",
    "CreateAccessKey",
    "DeleteAccessKey",
    "vault.read",
    "AttachRolePolicy",
  ),
  outcome: orNull("success", "failure", "denied"),
  address: orNull("192.0.2.1"),
  resource: orNull("key-1", "key-2"),
  verdict: fc.constant(null),
});

async function found(caseFile: CaseFile, query: string) {
  const results = new ResultSets(caseFile);
  try {
    return await results.query({ query, from: null, to: null, logRecords: true, copies: true });
  } finally {
    await results.clear();
  }
}

test("the counts of the report are those of the timeline", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 60 }), (events) =>
      inTemporaryFolder(async (folder) => {
        const caseFile = await caseWithEvents(join(folder, "a.assay"), events);
        try {
          const measured = await measureCase(caseFile);
          const matching = async (query: string): Promise<number> => (await found(caseFile, query)).matching;
          const all = await found(caseFile, "kind:event");
          expect(measured.coverage.of).toBe(all.matching);
          expect([measured.first, measured.last]).toEqual([all.first, all.last]);
          expect(measured.coverage.time).toBe(all.matching - all.undated);
          expect(measured.failures).toBe(await matching("kind:event (outcome:failure OR outcome:denied)"));
          expect(measured.coverage.principal).toBe(await matching("kind:event principal:*"));
          expect(measured.signIns).toBe(await matching("kind:event action:ConsoleLogin"));
          expect(measured.objectChanges).toBe(
            await matching("kind:event (action:CreateAccessKey OR action:DeleteAccessKey)"),
          );
          expect(measured.grants).toBe(
            await matching("kind:event (action:CreateAccessKey OR action:AttachRolePolicy)"),
          );
          expect(measured.files.reduce((sum, file) => sum + file.events, 0)).toBe(all.matching);
          expect(measured.kinds.of).toBe(
            new Set(events.flatMap(({ kind, action }) => (kind === "event" && action !== null ? [action] : []))).size,
          );
        } finally {
          await caseFile.close();
        }
      }),
    ),
    { numRuns: 5 },
  );
});
