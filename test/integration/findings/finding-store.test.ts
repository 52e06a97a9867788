import { createHash } from "node:crypto";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { type FindingDraft } from "../../../core/model/finding.ts";
import { addFinding, updateFinding, withdrawFinding } from "../../../core/findings/finding-store.ts";
import { readFindings } from "../../../core/findings/finding-table.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

const RECORDS = Array.from(
  { length: 6 },
  (_, index) =>
    `{"eventVersion":"1.08","eventTime":"2026-01-02T03:04:0${index}Z","eventSource":"iam.amazonaws.com","eventName":"DeleteRole","awsRegion":"eu-south-1","sourceIPAddress":"198.51.100.7","eventID":"e-${index}"}`,
);

const draft = (change: Partial<FindingDraft>): FindingDraft => ({
  title: "Role deleted",
  statement: "A record attributes DeleteRole to an account.",
  class: "fact",
  events: [0],
  basis: "the record's eventName",
  uncertainty: "the source's clock was not verified",
  propositions: [],
  alternatives: [],
  strength: "",
  contradicting: { text: "", events: [] },
  ...change,
});

let bench: CaseBench;
beforeEach(async () => {
  bench = await caseBench();
  const log = join(bench.folder, "events.jsonl");
  await writeFile(log, `${RECORDS.join("\n")}\n`);
  await importEvidence(bench.session, log);
});
afterEach(() => bench.remove());

const journaled = async (from: number): Promise<readonly (readonly [string, string | undefined])[]> =>
  (await bench.session.custody.entries(from, 100)).map(({ action, object }) => [action, object?.id] as const);

describe("findings of a case", () => {
  test("fix digest, leaf hash and verdict of every cited record, and are journaled before they are shown", async () => {
    const before = bench.session.custody.length;
    const finding = await addFinding(bench.session, draft({ events: [4, 1] }));
    const sha256 = (prefix: string, record: string | undefined): string =>
      createHash("sha256")
        .update(prefix)
        .update(record ?? "")
        .digest("hex");
    expect(finding).toMatchObject({ id: "F-0001", title: "Role deleted", withdrawn: null });
    expect(finding.citations).toEqual(
      [4, 1].map((seq, index) => ({
        seq,
        exhibitItem: `EX-0000${index + 1}`,
        sha256: sha256("", RECORDS[seq]),
        leafHash: sha256("\0", RECORDS[seq]),
        verdict: "not-verifiable",
      })),
    );
    expect(await journaled(before)).toEqual([
      ["finding.created", "F-0001"],
      ["exhibit.added", "EX-00001"],
      ["exhibit.added", "EX-00002"],
    ]);
    const [created] = await bench.session.custody.entries(before, 1);
    expect(created?.at).toBe(finding.createdAt);
    await bench.reopen();
    expect(await readFindings(bench.session.caseFile)).toEqual([finding]);
  });

  test("keep the number of an exhibit item for good, also when the citation goes", async () => {
    await addFinding(bench.session, draft({ events: [0] }));
    await addFinding(bench.session, draft({ events: [0, 1] }));
    const before = bench.session.custody.length;
    const edited = await updateFinding(bench.session, "F-0002", draft({ title: "Another", events: [0, 2] }));
    expect(edited.citations.map(({ exhibitItem }) => exhibitItem)).toEqual(["EX-00001", "EX-00003"]);
    expect(await journaled(before)).toEqual([
      ["finding.edited", "F-0002"],
      ["exhibit.added", "EX-00003"],
      ["exhibit.removed", "EX-00002"],
    ]);
    const third = await addFinding(bench.session, draft({ events: [5] }));
    expect(third).toMatchObject({ id: "F-0003", citations: [{ exhibitItem: "EX-00004" }] });
  });

  test("name what speaks against them, with records of their own", async () => {
    const contradicting = { text: "the same role was made again from another account", events: [3] };
    const finding = await addFinding(bench.session, draft({ events: [0], contradicting }));
    expect(finding).toMatchObject({
      citations: [{ seq: 0, exhibitItem: "EX-00001" }],
      contradicting: { text: contradicting.text, citations: [{ seq: 3, exhibitItem: "EX-00002" }] },
    });
    await bench.reopen();
    expect(await readFindings(bench.session.caseFile)).toEqual([finding]);
    const before = bench.session.custody.length;
    await updateFinding(bench.session, "F-0001", draft({ events: [0] }));
    expect(await journaled(before)).toEqual([
      ["finding.edited", "F-0001"],
      ["exhibit.removed", "EX-00002"],
    ]);
  });

  test("stay visible when they are withdrawn, and then change no more", async () => {
    await addFinding(bench.session, draft({}));
    const withdrawn = await withdrawFinding(bench.session, "F-0001", "cites the wrong event");
    expect(withdrawn.withdrawn?.reason).toBe("cites the wrong event");
    expect(await readFindings(bench.session.caseFile)).toEqual([withdrawn]);
    await expect(updateFinding(bench.session, "F-0001", draft({}))).rejects.toMatchObject({
      code: "finding-withdrawn",
    });
    await expect(withdrawFinding(bench.session, "F-0001", "again")).rejects.toMatchObject({
      code: "finding-withdrawn",
    });
    await expect(withdrawFinding(bench.session, "F-0009", "none")).rejects.toMatchObject({ code: "no-such-finding" });
  });

  test("that cannot be recorded leave neither a row nor a journal entry", async () => {
    const before = bench.session.custody.length;
    await expect(addFinding(bench.session, draft({ events: [6] }))).rejects.toMatchObject({ code: "no-such-event" });
    await expect(addFinding(bench.session, draft({ events: [0, 0] }))).rejects.toMatchObject({ code: "bad-finding" });
    const { stagedPath } = await bench.session.caseFile.locate(2);
    await chmod(stagedPath, 0o644);
    await writeFile(stagedPath, (await readFile(stagedPath, "utf8")).replace("e-2", "e-9"));
    await expect(addFinding(bench.session, draft({ events: [0, 2] }))).rejects.toMatchObject({
      code: "working-copy-altered",
    });
    expect(await readFindings(bench.session.caseFile)).toEqual([]);
    expect(bench.session.custody.length).toBe(before);
  });
});
