import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { generateIdentity, identityToRecipient } from "age-encryption";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type CustodyAct } from "../../../core/casefile/custody-journal.ts";
import { type CustodyEntry } from "../../../core/model/custody.ts";
import { type LongWork } from "../../../core/model/progress.ts";
import { withDecrypted } from "../../../core/report/encrypted-transport.ts";
import { exportPackage, type ExportedPackage } from "../../../core/report/package.ts";
import { packageTarget, type PackageTarget } from "../../../core/report/package-target.ts";
import { verifyPackage } from "../../../core/report/verify-package.ts";
import { ISSUED_AT, makeExaminer, makeReportInput, readFolder } from "../../support/findings-package.ts";

const examiner = await makeExaminer();
const identity = await generateIdentity();
const recipient = await identityToRecipient(identity);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-stage-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A journal whose entries hang on nothing but the act, so that two exports find the same state. */
function steadyJournal(onAct: (act: CustodyAct) => Promise<void> = () => Promise.resolve()) {
  let seq = 0;
  return {
    append: async (act: CustodyAct): Promise<CustodyEntry> => {
      await onAct(act);
      const actor = { name: examiner.name, key: examiner.fingerprint };
      const app = { version: "0", build: "test" };
      const clock = { source: "os", monotonicMs: null } as const;
      return { v: 1, seq: seq++, at: ISSUED_AT, clock, tz: "UTC", actor, host: "0", app, prev: "0".repeat(64), ...act };
    },
    bytes: () => Promise.resolve(Buffer.from("steady\n")),
  };
}

function exported(target: PackageTarget, journal = steadyJournal(), work: LongWork = {}): Promise<ExportedPackage> {
  return exportPackage(makeReportInput(examiner), { signer: examiner, journal, target, final: false, work });
}

const targets: readonly (readonly [string, readonly string[]])[] = [
  ["P", []],
  ["P.zip", []],
  ["P.zip.age", [recipient]],
];

describe.each(targets)("a package that is written as %s", (name, recipients) => {
  const target = (): PackageTarget => packageTarget(join(folder, name), recipients);

  test("leaves nothing when it is cancelled, whatever is being done", async () => {
    for (const phase of ["rendering", "signing", "writing"]) {
      const stop = new AbortController();
      const work = { signal: stop.signal, onProgress: (now: { phase: string }) => now.phase === phase && stop.abort() };
      await expect(exported(target(), steadyJournal(), work)).rejects.toMatchObject({ kind: "cancelled" });
      expect([phase, await readdir(folder)]).toEqual([phase, []]);
    }
  });

  test("leaves nothing when the journal or the disk fails", async () => {
    for (const failing of ["report.assembled", "package.exported"]) {
      const journal = steadyJournal(({ action }) =>
        action === failing ? Promise.reject(new Error("the disk is gone")) : Promise.resolve(),
      );
      await expect(exported(target(), journal)).rejects.toThrow("the disk is gone");
      expect([failing, await readdir(folder)]).toEqual([failing, []]);
    }
    // A file where a folder is to be made.
    await writeFile(join(folder, "in-the-way"), "");
    const below = packageTarget(join(folder, "in-the-way", name), recipients);
    await expect(exported(below)).rejects.toMatchObject({
      code: "system-eexist",
      message: expect.stringMatching(/^writing the package: /) as unknown,
    });
    expect(await readdir(folder)).toEqual(["in-the-way"]);
  });

  test("does not replace what appears at its place meanwhile", async () => {
    const journal = steadyJournal(async ({ action }) => {
      if (action === "package.exported") await mkdir(join(folder, name));
    });
    await expect(exported(target(), journal)).rejects.toMatchObject({ code: "target-exists" });
    expect(await readdir(folder, { recursive: true })).toEqual([name]);
  });

  test("stands there alone and holds a package that is consistent but for the journal of this test", async () => {
    const { files } = await exported(target());
    expect(await readdir(folder)).toEqual([name]);
    const verified = (path: string) => verifyPackage(path, { trusted: [] });
    const path = join(folder, name);
    const { checks } = await (recipients.length > 0 ? withDecrypted(path, identity, verified) : verified(path));
    const named = new Map(checks.map((check) => [check.name, check]));
    expect(named.get("package-files")).toMatchObject({ verdict: "verified", checked: files });
    expect(named.get("package-cms")?.verdict).toBe("verified");
  });
});

test("the same state of a case makes the same bytes of every file but the signatures", async () => {
  const written: Map<string, Uint8Array>[] = [];
  const signed = [/^SHA256SUMS$/, /^signatures\//, /^report\.pdf$/];
  for (const name of ["one", "two"]) {
    await exported(packageTarget(join(folder, name)));
    written.push(await readFolder(join(folder, name)));
  }
  const [one = new Map<string, Uint8Array>(), two = new Map<string, Uint8Array>()] = written;
  expect([...one.keys()]).toEqual([...two.keys()]);
  const different = [...one].filter(([path, bytes]) => !Buffer.from(bytes).equals(two.get(path) ?? new Uint8Array()));
  expect(different.map(([path]) => path).filter((path) => !signed.some((form) => form.test(path)))).toEqual([]);
});
