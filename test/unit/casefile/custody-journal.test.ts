import { appendFile, copyFile, open, readdir, readFile, writeFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it, vi } from "vitest";

import { verifyCustody } from "../../../core/casefile/custody-verify.ts";
import { createExaminerKey } from "../../../core/casefile/examiner-key.ts";
import { inTemporaryFolder, openTestJournal, testClock } from "../../support/custody-fixture.ts";

const actionsIn = async (file: string): Promise<string[]> =>
  (await readFile(file, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => /\\"action\\":\\"([a-z.]+)\\"/.exec(line)?.[1] ?? "unreadable");

/** As if the process had died before its session ended. */
async function dropLastLine(file: string): Promise<void> {
  const lines = (await readFile(file, "utf8")).split("\n");
  await writeFile(file, `${lines.slice(0, -2).join("\n")}\n`);
}

describe("the custody journal", () => {
  it("is signed from its first entry and verifies under the examiner's endorsement", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "custody.jsonl");
      const examiner = await createExaminerKey("Examiner One", join(folder, "examiner.key"));
      const journal = await openTestJournal(file, examiner);
      const entry = await journal.append({ action: "case.opened", object: { id: "case" } });
      expect(entry).toMatchObject({
        seq: 1,
        action: "case.opened",
        actor: { name: "Examiner One", key: examiner.fingerprint },
      });
      expect(journal.endorsed).toBe(true);
      await journal.close();
      const { head, length } = journal;
      expect(await verifyCustody(await readFile(file))).toEqual({
        entries: length,
        head,
        verdict: "verified",
        findings: [],
        sessions: [{ firstSeq: 0, examiner: { name: "Examiner One", fingerprint: examiner.fingerprint } }],
      });
    });
  });

  it("is not verifiable when nobody endorsed a session, and says which", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "custody.jsonl");
      const journal = await openTestJournal(file, null);
      await journal.close();
      const result = await verifyCustody(await readFile(file));
      expect(result.verdict).toBe("not-verifiable");
      expect(result.findings).toMatchObject([{ code: "session-unendorsed", line: 1 }]);
    });
  });

  it("continues the chain in a second session with a key of its own", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "custody.jsonl");
      const examiner = await createExaminerKey("Examiner One", join(folder, "examiner.key"));
      for (let session = 0; session < 2; session++) {
        const journal = await openTestJournal(file, examiner);
        await journal.close();
      }
      const result = await verifyCustody(await readFile(file));
      expect(result).toMatchObject({ entries: 4, verdict: "verified" });
      expect(result.sessions.map(({ firstSeq }) => firstSeq)).toEqual([0, 2]);
    });
  });

  it("writes concurrent appends one after the other, in the order they were asked for", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "custody.jsonl");
      const examiner = await createExaminerKey("Examiner One", join(folder, "examiner.key"));
      const journal = await openTestJournal(file, examiner);
      const entries = await Promise.all(
        Array.from({ length: 50 }, (_, number) => journal.append({ action: "query.run", params: { number } })),
      );
      expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, number) => number + 1));
      const batch = await journal.appendAll([{ action: "note.added" }, { action: "review.done" }]);
      expect(batch.map(({ seq }) => seq)).toEqual([51, 52]);
      expect((await journal.entries(49, 3)).map(({ action }) => action)).toEqual([
        "query.run",
        "query.run",
        "note.added",
      ]);
      expect(await journal.entries(53, 10)).toEqual([]);
      expect(await verifyCustody(await journal.bytes())).toMatchObject({ entries: 53, verdict: "verified" });
      await journal.close();
    });
  });

  it("keeps the bytes of a line that was never finished, and records the gap", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "custody.jsonl");
      const examiner = await createExaminerKey("Examiner One", join(folder, "examiner.key"));
      const crashed = await openTestJournal(file, examiner);
      await crashed.close();
      await dropLastLine(file);
      await appendFile(file, '{"e":"{\\"action\\":\\"finding.cre');
      expect(await verifyCustody(await readFile(file))).toMatchObject({
        entries: 1,
        verdict: "not-verifiable",
        findings: [{ code: "line-incomplete", line: 2 }],
      });
      const recovered = await openTestJournal(file, examiner);
      await recovered.close();
      const torn = (await readdir(folder)).filter((name) => name.startsWith("custody.jsonl.torn-"));
      expect(torn).toHaveLength(1);
      expect(await readFile(join(folder, torn[0] ?? ""), "utf8")).toBe('{"e":"{\\"action\\":\\"finding.cre');
      expect(await actionsIn(file)).toEqual([
        "session.opened",
        "session.opened",
        "journal.gap",
        "app.recovered",
        "case.closed",
      ]);
      const result = await verifyCustody(await readFile(file));
      expect(result).toMatchObject({ verdict: "verified", findings: [{ code: "journal-gap", line: 3 }] });
    });
  });

  it("opens an altered journal, and its new session records that", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "custody.jsonl");
      const examiner = await createExaminerKey("Examiner One", join(folder, "examiner.key"));
      const first = await openTestJournal(file, examiner);
      await first.append({ action: "note.added", note: "a" });
      await first.close();
      await writeFile(file, (await readFile(file, "utf8")).replace('\\"note\\":\\"a\\"', '\\"note\\":\\"b\\"'));
      const second = await openTestJournal(file, examiner);
      expect(second.found).toMatchObject({ verdict: "altered", findings: [{ code: "hash-mismatch", line: 2 }] });
      await second.close();
      expect(await actionsIn(file)).toEqual([
        "session.opened",
        "note.added",
        "case.closed",
        "session.opened",
        "journal.altered",
        "case.closed",
      ]);
      const after = await verifyCustody(await readFile(file));
      expect(after.findings).toMatchObject([{ code: "hash-mismatch", line: 2 }]);
    });
  });

  it("records a wall clock that moves against the monotonic one, within a session and between two", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "custody.jsonl");
      const clock = testClock();
      const first = await openTestJournal(file, null, clock);
      clock.advance(60_000);
      await first.append({ action: "note.added" });
      clock.setWall(clock.wallMillis() + 3_600_000);
      await first.close();
      clock.setWall(clock.wallMillis() - 7_200_000);
      const second = await openTestJournal(file, null, clock);
      const entries = await second.entries(0, 10);
      await second.close();
      expect(entries.map(({ action }) => action)).toEqual([
        "session.opened",
        "note.added",
        "clock.jump",
        "case.closed",
        "session.opened",
        "clock.jump",
      ]);
      expect(entries.filter(({ action }) => action === "clock.jump").map(({ params }) => params)).toEqual([
        { jumpMs: 3_600_000 },
        { jumpMs: -7_200_000 },
      ]);
      expect(entries[1]?.clock.monotonicMs).toBe(60_000);
    });
  });

  it("tells an act only when its line was synced, and takes back one that was not", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "custody.jsonl");
      const journal = await openTestJournal(file, null);
      const whole = await readFile(file, "utf8");
      const some = await open(file);
      // Files of Node share one prototype, which has no exported class.
      const files = Object.getPrototypeOf(some) as FileHandle;
      await some.close();
      // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its file below
      const { datasync } = files;
      const events: string[] = [];
      const spy = vi.spyOn(files, "datasync").mockImplementation(async function (this: FileHandle) {
        events.push((await readFile(file, "utf8")).includes("first act") ? "written" : "not written");
        await datasync.call(this);
        events.push("synced");
      });
      await journal.append({ action: "note.added", note: "first act" });
      events.push("told");
      expect(events).toEqual(["written", "synced", "told"]);

      const before = await readFile(file, "utf8");
      spy.mockRejectedValueOnce(Object.assign(new Error("no space"), { code: "ENOSPC", syscall: "fdatasync" }));
      await expect(journal.append({ action: "note.added", note: "second act" })).rejects.toMatchObject({
        code: "custody-write-failed",
      });
      expect(await readFile(file, "utf8")).toBe(before);
      expect(before.startsWith(whole)).toBe(true);
      await journal.append({ action: "note.added", note: "third act" });
      spy.mockRestore();
      await journal.close();
      expect((await verifyCustody(await readFile(file))).findings.map(({ code }) => code)).toEqual([
        "session-unendorsed",
      ]);
    });
  });

  it("goes from hand to hand: each examiner endorses their own sessions, and both are named", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "custody.jsonl");
      const fingerprints: string[] = [];
      for (const name of ["Examiner One", "Examiner Two"]) {
        const examiner = await createExaminerKey(name, join(folder, `${name}.key`));
        const journal = await openTestJournal(file, examiner);
        await journal.append({ action: "note.added", note: name });
        await journal.close();
        fingerprints.push(examiner.fingerprint);
      }
      const { verdict, findings, sessions } = await verifyCustody(await readFile(file));
      expect({ verdict, findings }).toEqual({ verdict: "verified", findings: [] });
      expect(sessions.map(({ examiner }) => examiner?.fingerprint)).toEqual(fingerprints);
    });
  });

  it("of a case that was copied and worked on twice holds in each copy, and neither has the head of the other", async () => {
    await inTemporaryFolder(async (folder) => {
      const examiner = await createExaminerKey("Examiner One", join(folder, "examiner.key"));
      const copies = ["one.jsonl", "two.jsonl"].map((name) => join(folder, name));
      const [one = "", two = ""] = copies;
      await (await openTestJournal(one, examiner)).close();
      await copyFile(one, two);
      const heads: string[] = [];
      for (const file of copies) {
        const journal = await openTestJournal(file, examiner);
        await journal.append({ action: "note.added", note: file });
        await journal.close();
        heads.push(journal.head);
      }
      for (const [at, file] of copies.entries()) {
        const bytes = await readFile(file);
        expect(await verifyCustody(bytes, heads[at])).toMatchObject({ verdict: "verified", findings: [] });
        expect((await verifyCustody(bytes, heads[1 - at])).findings).toMatchObject([{ code: "head-missing" }]);
      }
    });
  });

  it("refuses an entry that no line can hold and stays usable", async () => {
    await inTemporaryFolder(async (folder) => {
      const journal = await openTestJournal(join(folder, "custody.jsonl"), null);
      const note = "x".repeat(4 * 1024 * 1024);
      await expect(journal.append({ action: "note.added", note })).rejects.toMatchObject({
        code: "custody-entry-too-long",
      });
      expect((await journal.append({ action: "note.added" })).seq).toBe(1);
      await journal.close();
    });
  });
});
