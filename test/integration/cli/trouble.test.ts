import { execFile, execFileSync, spawn } from "node:child_process";
import { chmod, chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { sealBundle } from "../../../core/bundle/seal.ts";
import { createSession, openSession } from "../../../core/casefile/case-session.ts";
import { importEvidence } from "../../../core/casefile/import.ts";
import { giveOlderSchema } from "../../support/older-case.ts";
import { sealOptions } from "../../support/sealed-bundle.ts";
import { CLI, cliBench, finished, ocsfLines, type CliBench, type CliResult } from "./cli-bench.ts";

const run = promisify(execFile);
const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65_534;
const OPTIONS = { endorser: null, actorName: "test", app: { version: "0", build: "test" } };
/** Three groups of 64 files. */
const FILES = 160;
const FILE_RECORDS = 9;

/** Why no small disk can be had here, or undefined. */
function whyNoDisk(): string | undefined {
  if (process.platform !== "linux" || !IS_ROOT) return "mounting a small disk takes root on Linux";
  try {
    // A container may keep its root from mounting.
    execFileSync("unshare", ["--mount", "mount", "-t", "tmpfs", "none", "/mnt"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "this machine lets nobody mount a disk";
  }
}
const NO_DISK = whyNoDisk();

let bench: CliBench;
beforeEach(async () => {
  bench = await cliBench();
});
afterEach(() => bench.remove());

/** Runs a command as somebody who may not write what root owns. */
function runAsNobody(...words: readonly string[]): Promise<CliResult> {
  const who = IS_ROOT ? { uid: NOBODY, gid: NOBODY } : {};
  return finished(spawn(process.execPath, [CLI, ...words], { env: bench.environment, cwd: bench.folder, ...who }));
}

async function letNobodyIn(): Promise<void> {
  await chmod(bench.folder, 0o755);
  await mkdir(bench.path("home"));
  if (IS_ROOT) await chown(bench.path("home"), NOBODY, NOBODY);
}

async function evidenceFolder(): Promise<string> {
  const folder = bench.path("evidence");
  await mkdir(folder);
  for (let file = 0; file < FILES; file += 1) {
    await writeFile(
      join(folder, `${String(file).padStart(3, "0")}.jsonl`),
      ocsfLines(file * FILE_RECORDS, FILE_RECORDS),
    );
  }
  return folder;
}

async function sealedBundle(): Promise<string> {
  await sealBundle(sealOptions(bench.folder, Array<number>(FILES).fill(FILE_RECORDS)));
  return bench.path("bundle");
}

describe.skipIf(NO_DISK !== undefined)(`a disk that is full (skipped where: ${NO_DISK ?? "never here"})`, () => {
  let disk: string;
  beforeEach(async () => {
    disk = bench.path("disk");
    await mkdir(disk);
    await run("mount", ["-t", "tmpfs", "-o", "size=48m", "tmpfs", disk]);
  });
  afterEach(() => run("umount", ["--lazy", disk]));

  /** Takes all the room that is left, as another program might. */
  function fillDisk(): void {
    try {
      execFileSync("dd", ["if=/dev/zero", `of=${join(disk, "filler")}`, "bs=4096"], { stdio: "ignore" });
    } catch {
      // It ends when the disk is full.
    }
  }

  test.each([
    ["files", evidenceFolder],
    ["a sealed log, whose working copies a thread writes", sealedBundle],
  ])("stops the import of %s with the file's name, and it goes on when there is room", async (_, make) => {
    const evidence = await make();
    const root = join(disk, "a.assay");
    const session = await createSession(root, OPTIONS);
    let filled = false;
    const work = importEvidence(session, evidence, {
      onProgress: ({ records }) => {
        if (filled || records < 2 * 64 * FILE_RECORDS) return;
        filled = true;
        fillDisk();
      },
    });
    await expect(work).rejects.toMatchObject({
      kind: "machine",
      code: "disk-full",
      exitCode: 74,
      message: expect.stringMatching(/^(writing|using) .*: expected room on the disk, found no space left/) as unknown,
      details: { file: expect.stringContaining(root) as unknown },
    });
    expect(filled).toBe(true);
    await rm(join(disk, "filler"));
    await session.close();

    const again = await openSession(root, OPTIONS);
    try {
      expect(again.caseFile.exhibits).toEqual([]);
      const { records } = await importEvidence(again, evidence, { resume: true });
      const { records: whole } = await importElsewhere(evidence);
      expect(records).toBe(whole);
    } finally {
      await again.close();
    }
    const journal = await readFile(join(root, "custody.jsonl"), "utf8");
    expect(journal).toContain("exhibit.import-resumed");
  });

  async function importElsewhere(evidence: string): Promise<{ readonly records: number }> {
    const session = await createSession(bench.path("whole.assay"), OPTIONS);
    try {
      return await importEvidence(session, evidence);
    } finally {
      await session.close();
    }
  }

  test("is told before the import begins when the evidence cannot fit", async () => {
    const lines = ocsfLines(0, 10).replaceAll("\n", `${" ".repeat(5 * 1024 ** 2)}\n`);
    const evidence = await bench.file("large.jsonl", lines);
    const result = await bench.run("import", evidence, "--case", join(disk, "a.assay"), "--json");
    expect([result.code, result.json]).toMatchObject([
      74,
      {
        error: {
          code: "disk-full",
          file: expect.stringContaining(disk) as unknown,
          expected: expect.stringMatching(/^room for \d+ bytes$/) as unknown,
        },
      },
    ]);
  });

  test("refuses packed evidence that turns out to take more than its share, with the file and what it may take", async () => {
    const lines = ocsfLines(0, 10).replaceAll("\n", `${" ".repeat(5 * 1024 ** 2)}\n`);
    const evidence = await bench.file("packed.jsonl.gz", gzipSync(lines, { level: 1 }));
    const result = await bench.run(
      "import",
      evidence,
      "--case",
      join(disk, "a.assay"),
      "--max-ratio",
      "5000",
      "--json",
    );
    expect([result.code, result.json]).toMatchObject([
      3,
      {
        error: {
          code: "too-large",
          file: "packed.jsonl.gz",
          expected: expect.stringMatching(/^at most \d+ bytes, the share that an import may take of /) as unknown,
        },
      },
    ]);
  });

  test("that cannot be written says that it is read-only, and names the case", async () => {
    const evidence = await bench.file("a.jsonl", ocsfLines(0, 3));
    const root = join(disk, "a.assay");
    expect((await bench.run("import", evidence, "--case", root)).code).toBe(0);
    await run("mount", ["-o", "remount,ro", disk]);
    const result = await bench.run("import", evidence, "--case", root, "--json");
    expect([result.code, result.json]).toMatchObject([
      74,
      { error: { code: "read-only", file: join(root, "case.duckdb"), found: "a read-only file system" } },
    ]);
    expect((await bench.run("import", evidence, "--case", join(disk, "b.assay"), "--json")).json).toMatchObject({
      error: { code: "read-only", file: join(disk, "b.assay") },
    });
  });
});

describe.skipIf(process.platform === "win32")("without permission (skipped on Windows, which has other ones)", () => {
  test("a case is not made in a folder that cannot be written, which is named", async () => {
    await letNobodyIn();
    const evidence = await bench.file("a.jsonl", ocsfLines(0, 3));
    await mkdir(bench.path("locked"), { mode: 0o555 });
    const root = bench.path("locked", "a.assay");
    const result = await runAsNobody("import", evidence, "--case", root, "--json");
    expect([result.code, result.json]).toMatchObject([
      74,
      { error: { code: "no-permission", file: root, expected: "permission", found: "permission denied" } },
    ]);
  });

  test("a case that cannot be written is left as it is", async () => {
    await letNobodyIn();
    const evidence = await bench.file("a.jsonl", ocsfLines(0, 3));
    const root = bench.path("a.assay");
    await (await createSession(root, OPTIONS)).close();
    const journal = await readFile(join(root, "custody.jsonl"), "utf8");
    await chmod(join(root, "case.duckdb"), 0o444);
    const result = await runAsNobody("import", evidence, "--case", root, "--json");
    expect([result.code, result.json]).toMatchObject([
      74,
      { error: { code: "no-permission", file: join(root, "case.duckdb") } },
    ]);
    expect(await readFile(join(root, "custody.jsonl"), "utf8")).toBe(journal);
  });

  test("a case of an earlier version that cannot be written says so, and is read where it can be", async () => {
    await letNobodyIn();
    const root = bench.path("a.assay");
    await (await createSession(root, OPTIONS)).close();
    await giveOlderSchema(root, 1);
    await chmod(join(root, "case.duckdb"), 0o444);
    const result = await runAsNobody("timeline", "--case", root, "--json");
    expect([result.code, result.json]).toMatchObject([74, { error: { code: "case-too-old", file: root } }]);
    await chmod(join(root, "case.duckdb"), 0o644);
    expect((await bench.run("timeline", "--case", root)).code).toBe(0);
    await chmod(join(root, "case.duckdb"), 0o444);
    expect((await runAsNobody("timeline", "--case", root)).code).toBe(0);
  });

  test("evidence that cannot be read is named, and no case is left behind", async () => {
    await letNobodyIn();
    const evidence = await bench.file("a.jsonl", ocsfLines(0, 3));
    await chmod(evidence, 0o000);
    await mkdir(bench.path("work"));
    if (IS_ROOT) await chown(bench.path("work"), NOBODY, NOBODY);
    const result = await runAsNobody("import", evidence, "--case", bench.path("work", "a.assay"), "--json");
    expect([result.code, result.json]).toMatchObject([74, { error: { code: "no-permission", file: evidence } }]);
    expect((await runAsNobody("case", "show", "--case", bench.path("work", "a.assay"), "--json")).json).toMatchObject({
      error: { code: "no-case" },
    });
  });
});
