import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { appendFile, chmod, mkdir, readdir, readFile, watch, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { caseBench, type CaseBench } from "./import-support.ts";

let bench: CaseBench;
beforeEach(async () => {
  bench = await caseBench("odd 'name' [*] 🔍.assay");
});
afterEach(() => bench.remove());

const event = (id: number): string =>
  `{"class_uid":6003,"category_uid":6,"activity_id":1,"time":${1_767_323_045_000 + id},"metadata":{"uid":"e${id}"}}\n`;
const events = (from: number, count: number): string =>
  Array.from({ length: count }, (_, index) => event(from + index)).join("");

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(bench.folder, name);
  await writeFile(path, content);
  return path;
}

/** Everything that an exhibit could have left behind. */
async function traces(): Promise<unknown> {
  const [counts] = await bench.session.caseFile.query(sql`SELECT
    (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM exhibit) AS exhibits,
    (SELECT count(*) FROM evidence_file) AS files, (SELECT count(*) FROM ledger) AS groups,
    (SELECT count(*) FROM record_problem) AS problems`);
  return { ...counts, folders: await readdir(bench.session.caseFile.folder.evidence) };
}
const NOTHING = { events: 0n, exhibits: 0n, files: 0n, groups: 0n, problems: 0n, folders: [] };

async function actions(): Promise<readonly string[]> {
  const journal = await readFile(bench.session.caseFile.folder.custody, "utf8");
  return [...journal.matchAll(/\\"action\\":\\"([a-z.-]+)\\"/g)].map((match) => match[1] ?? "");
}

describe("an import", () => {
  test("is in the journal with the digest of the original", async () => {
    const content = events(0, 10);
    const result = await importEvidence(bench.session, await file("a.jsonl", content));
    expect(result.sha256).toBe(createHash("sha256").update(content).digest("hex"));
    expect(await actions()).toContain("exhibit.imported");
    await bench.reopen();
    expect(bench.session.caseFile.exhibits).toMatchObject([{ id: "X-1", records: 10, sha256: result.sha256 }]);
  });

  test("of the same evidence adds nothing and says so", async () => {
    const path = await file("a.jsonl", events(0, 10));
    await importEvidence(bench.session, path);
    const again = await importEvidence(bench.session, path);
    expect(again.notes).toContainEqual({ code: "already-imported", count: 1 });
    expect(bench.session.caseFile.exhibits).toHaveLength(1);
    expect(bench.session.caseFile.events).toBe(10);
  });

  test("of a second exhibit goes on where the first ended", async () => {
    await importEvidence(bench.session, await file("a.jsonl", events(0, 10)));
    const second = await importEvidence(bench.session, await file("b.jsonl.gz", gzipSync(events(10, 5) + event(3))));
    expect(second).toMatchObject({ exhibit: "X-2", records: 6, notes: [{ code: "copy", count: 1 }] });
    const { caseFile } = bench.session;
    expect(await caseFile.locate(12)).toMatchObject({ exhibit: "X-2", row: 2, line: 3 });
    expect(Buffer.from(await caseFile.readRecord(12)).toString()).toBe(event(12).trim());
    expect(await caseFile.query(sql`SELECT * FROM record_copy`)).toEqual([{ seq: 15n, first_seq: 3n }]);
  });

  test("of more files than a group has keeps their order", async () => {
    const folder = join(bench.folder, "many");
    await mkdir(folder);
    for (let number = 0; number < 130; number++) {
      await writeFile(join(folder, `${String(number).padStart(3, "0")}.jsonl`), events(number * 3, number % 4));
    }
    const result = await importEvidence(bench.session, folder);
    const { caseFile } = bench.session;
    expect(result.records).toBe(caseFile.events);
    const [groups] = await caseFile.query(sql`SELECT count(*) AS groups, max(files) AS files FROM ledger`);
    expect(Number(groups?.["groups"])).toBeGreaterThanOrEqual(3);
    expect(Number(groups?.["files"])).toBeLessThanOrEqual(64);
    const rows = await caseFile.query(sql`SELECT seq, event_id FROM event ORDER BY seq`);
    expect(rows.map((row) => Number(row["seq"]))).toEqual(rows.map((_, index) => index));
    for (const row of rows) {
      const record = Buffer.from(await caseFile.readRecord(Number(row["seq"]))).toString();
      expect(record).toContain(`"uid":"${String(row["event_id"])}"`);
    }
  });

  test("that is cancelled leaves the case as it was and a word in the journal", async () => {
    const stop = new AbortController();
    const work = importEvidence(bench.session, await file("a.jsonl", events(0, 200_000)), {
      signal: stop.signal,
      onProgress: ({ phase }) => phase === "loading" && stop.abort(),
    });
    await expect(work).rejects.toMatchObject({ code: "cancelled" });
    expect(await traces()).toEqual(NOTHING);
    expect(await actions()).toContain("exhibit.import-cancelled");
    expect((await importEvidence(bench.session, await file("b.jsonl", events(0, 3)))).exhibit).toBe("X-1");
  });

  test("of evidence that changes meanwhile is refused and leaves nothing", async () => {
    const path = await file("a.jsonl", events(0, 1_000));
    let changed = false;
    const work = importEvidence(bench.session, path, {
      onProgress: ({ phase }) => {
        if (phase !== "loading" || changed) return;
        changed = true;
        void appendFile(path, event(1));
      },
    });
    await expect(work).rejects.toMatchObject({ code: "changed-while-reading", kind: "refused" });
    expect(await traces()).toEqual(NOTHING);
  });

  test("of a folder of which a file changes meanwhile names it, and what it was and is", async () => {
    const folder = join(bench.folder, "logs");
    await mkdir(folder);
    const contents = [events(0, 10), events(10, 10)] as const;
    for (const [index, content] of contents.entries()) await file(`logs/${index}.jsonl`, content);
    const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
    const work = importEvidence(bench.session, folder, {
      onProgress: ({ phase, records }) => {
        // The first file was read.
        if (phase === "loading" && records > 0) writeFileSync(join(folder, "0.jsonl"), events(20, 10));
      },
    });
    await expect(work).rejects.toMatchObject({
      code: "changed-while-reading",
      details: { file: "0.jsonl", expected: digest(contents[0]), found: digest(events(20, 10)) },
    });
    expect(await traces()).toEqual(NOTHING);
  });

  test.each([
    ["a text file", "notes.txt", Buffer.from("hello\nworld\n"), "no-evidence"],
    ["an empty file", "empty.jsonl", Buffer.alloc(0), "empty-file"],
    ["a truncated gzip", "a.json.gz", gzipSync(events(0, 1_000)).subarray(0, 200), "gzip-truncated"],
  ])("of %s is refused and leaves nothing", async (_, name, content, code) => {
    await expect(importEvidence(bench.session, await file(name, content))).rejects.toMatchObject({
      kind: "refused",
      code,
      details: { file: name },
    });
    expect(await traces()).toEqual(NOTHING);
  });
});

describe("a working copy", () => {
  test("that was changed after the import is told when a record is read", async () => {
    await importEvidence(bench.session, await file("a.jsonl", events(0, 10)));
    const { caseFile } = bench.session;
    const { stagedPath } = await caseFile.locate(4);
    const bytes = await readFile(stagedPath);
    const at = bytes.indexOf("e4");
    bytes.write("e5", at);
    await chmod(stagedPath, 0o600);
    await writeFile(stagedPath, bytes);
    await expect(caseFile.readRecord(4)).rejects.toMatchObject({ code: "working-copy-altered", details: { line: 5 } });
    await expect(caseFile.readRecord(3)).resolves.toHaveLength(event(3).length - 1);
  });
});

describe("another process", () => {
  const CHILD = resolve(import.meta.dirname, "../../../dist/node/cli.mjs");
  const environment = (): NodeJS.ProcessEnv => ({ ...process.env, ASSAY_HOME: join(bench.folder, "home") });

  test("is told who holds the case", async () => {
    const child = spawn(process.execPath, [CHILD, "case", "show", "--case", bench.root, "--json"], {
      env: environment(),
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, "close")) as [number];
    expect([code, JSON.parse(output)]).toMatchObject([
      74,
      { error: { code: "case-locked", found: expect.stringContaining(String(process.pid)) as unknown } },
    ]);
  });

  test("that is killed leaves whole groups or nothing, and the next import starts clean", async () => {
    const folder = join(bench.folder, "killed");
    await mkdir(folder);
    for (let number = 0; number < 200; number++) {
      await writeFile(join(folder, `${String(number).padStart(3, "0")}.jsonl`), events(number * 100, 100));
    }
    await bench.session.close();
    for (const groups of [1, 2]) {
      const child = spawn(process.execPath, [CHILD, "import", folder, "--case", bench.root], { env: environment() });
      // A file of the group after the next exists once this one is being committed.
      await fileExists(join(bench.root, "evidence", "1", `${String(64 * (groups + 1)).padStart(6, "0")}.log`), child);
      child.kill("SIGKILL");
      await once(child, "close");
      await bench.reopenAfterKill();
      const { caseFile } = bench.session;
      const halves = await caseFile.query(sql`SELECT l.first_seq FROM ledger l
        WHERE rows <> (SELECT count(*) FROM event e WHERE e.seq >= l.first_seq AND e.seq < l.first_seq + l.rows)`);
      const [outside] = await caseFile.query(
        sql`SELECT count(*) AS n FROM event WHERE seq >= (SELECT coalesce(sum(rows), 0) FROM ledger)`,
      );
      expect([halves, outside]).toEqual([[], { n: 0n }]);
      expect(await caseFile.query(sql`SELECT count(*) AS n FROM timeline_event`)).toEqual([{ n: 0n }]);
      await caseFile.transaction((session) =>
        session.run(sql`INSERT INTO event (seq, exhibit, file, kind, source)
          SELECT -1, id, 0, 'event', 'ocsf' FROM exhibit WHERE state = 'importing'`),
      );
      await bench.session.close();
    }
    await bench.reopenAfterKill();
    expect(await importEvidence(bench.session, folder)).toMatchObject({ exhibit: "X-1", records: 20_000 });
    const [counted] = await bench.session.caseFile.query(sql`SELECT count(*) AS n, min(seq) AS first FROM event`);
    expect(counted).toEqual({ n: 20_000n, first: 0n });
  }, 120_000);
});

/** Resolves once the file is there; fails when the child ends before. */
async function fileExists(path: string, child: ChildProcess): Promise<void> {
  const ended = new AbortController();
  child.once("close", () => ended.abort());
  // The exhibit's folder may not be there yet: watch the case, and look at every sign of life.
  for await (const sign of watch(bench.root, { recursive: true, signal: ended.signal })) {
    if (sign && existsSync(path)) return;
  }
}
