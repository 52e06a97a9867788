import { existsSync, watch } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { gzipSync } from "node:zlib";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createSession } from "../../../core/casefile/case-session.ts";
import { writeZip } from "../../../core/bundle/zip-write.ts";
import { cliBench, cloudtrailEvent, finished, ocsfLines, type CliBench } from "./cli-bench.ts";

const INVICTUS = resolve(import.meta.dirname, "../../../../shared/data/cloudtrail-invictus");

let bench: CliBench;
beforeEach(async () => {
  bench = await cliBench();
});
afterEach(() => bench.remove());

const records = (from: number, count: number): string =>
  JSON.stringify({ Records: Array.from({ length: count }, (_, index) => cloudtrailEvent(from + index)) });

/** What `import --json` says besides digest and duration. */
const imported = (count: number, source: string): object => ({
  exhibit: "X-1",
  source: { name: source },
  records: count,
  events: count,
  undated: 0,
  problems: [],
  verdict: "not-verifiable",
});

describe("assay import", () => {
  test.skipIf(!existsSync(INVICTUS))(
    "loads the real CloudTrail set, and says why it cannot be verified (skipped where ../shared/data is not at hand)",
    async () => {
      const first = await bench.run("import", INVICTUS, "--case", "a.assay", "--json");
      expect(first.code).toBe(0);
      expect(first.json).toMatchObject(imported(2900, "cloudtrail"));
      const keys = "exhibit source records events undated notes problems verdict sha256 seconds";
      expect(Object.keys(first.json as object)).toEqual(keys.split(" "));
      const shown = (await bench.run("case", "show", "--case", "a.assay", "--json")).json;
      expect(shown).toMatchObject({
        events: 2900,
        exhibits: [{ verification: { findings: [{ code: "no-digests", verdict: "not-verifiable" }] } }],
      });
      const again = await bench.run("import", INVICTUS, "--case", "a.assay");
      expect(again.stdout).toContain("X-1: this evidence is in the case already; nothing was added");
      expect(again.stdout).toMatch(/verdict {4}Not verifiable \(not-verifiable\)\n {11}\S.*digest/);
      expect((await bench.run("case", "show", "--case", "a.assay", "--json")).json).toEqual(shown);
    },
    60_000,
  );

  test("reads gzip, zip, NDJSON and a folder in the S3 key layout", async () => {
    const day = ["AWSLogs", "111122223333", "CloudTrail", "eu-west-1", "2026", "01", "02"];
    const folder = bench.path("delivery", ...day);
    await mkdir(folder, { recursive: true });
    const names = ["0305Z_abc.json.gz", "0310Z_def.json.gz"].map(
      (name) => `111122223333_CloudTrail_eu-west-1_20260102T${name}`,
    );
    for (const [index, name] of names.entries()) await writeFile(join(folder, name), gzipSync(records(index * 5, 5)));
    const members = names.map((name) => [...day, name].join("/"));
    await writeZip(bench.path("delivery"), members, "bucket", bench.path("delivery.zip"), undefined);
    const ndjson = Array.from({ length: 4 }, (_, id) => `${JSON.stringify(cloudtrailEvent(id))}\n`).join("");
    for (const [path, count] of [
      [await bench.file("one.json.gz", gzipSync(records(0, 3))), 3],
      [await bench.file("events.jsonl", ndjson), 4],
      [bench.path("delivery"), 10],
      [bench.path("delivery.zip"), 10],
    ] as const) {
      const result = await bench.run("import", path, "--case", `${path}.assay`, "--json");
      expect([result.code, result.json]).toMatchObject([0, imported(count, "cloudtrail")]);
    }
  }, 60_000);

  test("takes relative paths from the folder that npm was called in", async () => {
    await mkdir(bench.path("elsewhere"));
    await bench.file("elsewhere/a.jsonl", ocsfLines(0, 3));
    bench.environment["INIT_CWD"] = bench.path("elsewhere");
    expect((await bench.run("import", "a.jsonl", "--case", "a.assay")).code).toBe(0);
    expect(existsSync(bench.path("elsewhere", "a.assay", "case.duckdb"))).toBe(true);
  });

  test("makes the examiner's key once, says so and journals it", async () => {
    const first = await bench.run(
      "import",
      await bench.file("a.jsonl", ocsfLines(0, 3)),
      "--case",
      "a.assay",
      "--json",
    );
    expect(first.stderr).toMatch(
      /^made an examiner key without a passphrase: .*\n.*fingerprint \(SHA-256\): [0-9a-f]{64}\n$/,
    );
    expect(await readFile(bench.path("a.assay", "custody.jsonl"), "utf8")).toContain("key.created");
    const second = await bench.run(
      "import",
      await bench.file("b.jsonl", ocsfLines(3, 3)),
      "--case",
      "a.assay",
      "--json",
    );
    expect(second.stderr).toBe("");
  });
});

describe("assay import of what is no evidence", () => {
  const slip = (): Uint8Array => {
    const zip = Buffer.from("504b03041400000000000000210000000000000000000000000004000000" + "2e2e2f78", "hex");
    const central = Buffer.from(
      "504b010214001400000000000000210000000000000000000000000004000000000000000000000000000000000000002e2e2f78",
      "hex",
    );
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(1, 8);
    end.writeUInt16LE(1, 10);
    end.writeUInt32LE(central.length, 12);
    end.writeUInt32LE(zip.length, 16);
    return Buffer.concat([zip, central, end]);
  };
  const emptyZip = Buffer.from(`504b0506${"00".repeat(18)}`, "hex");

  test.each([
    ["a text file", "notes.txt", Buffer.from("hello\n"), "no-evidence"],
    ["an empty file", "empty.jsonl", Buffer.alloc(0), "empty-file"],
    ["an empty zip", "empty.zip", emptyZip, "empty-archive"],
    ["a truncated gzip", "cut.json.gz", gzipSync(records(0, 500)).subarray(0, 300), "gzip-truncated"],
    ["a zip with ../x", "slip.zip", slip(), "unsafe-name"],
  ])("refuses %s in one sentence and leaves no case", async (_, name, content, code) => {
    const path = await bench.file(name, content);
    const asText = await bench.run("import", path, "--case", "a.assay");
    const asJson = await bench.run("import", path, "--case", "a.assay", "--json");
    expect([asText.code, asText.stdout, asJson.code]).toEqual([3, "", 3]);
    const lines = asText.stderr
      .trim()
      .split("\n")
      .filter((line) => line.startsWith("assay: "));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(name);
    const texts = expect.any(String) as unknown;
    expect(asJson.json).toEqual({
      error: expect.objectContaining({ code, file: name, message: texts, expected: texts, found: texts }) as unknown,
    });
    expect(existsSync(bench.path("a.assay"))).toBe(false);
  });

  test("refuses folders without logs, and leaves a case that was there as it was", async () => {
    await mkdir(bench.path("nothing"));
    await mkdir(bench.path("pictures"));
    await bench.file("pictures/readme.md", "# none\n");
    await bench.run("import", await bench.file("a.jsonl", ocsfLines(0, 3)), "--case", "a.assay");
    const before = (await bench.run("case", "show", "--case", "a.assay", "--json")).json;
    for (const folder of ["nothing", "pictures"]) {
      const result = await bench.run("import", folder, "--case", "a.assay", "--json");
      expect([result.code, result.json]).toMatchObject([3, { error: { code: "no-evidence", file: folder } }]);
    }
    expect((await bench.run("case", "show", "--case", "a.assay", "--json")).json).toEqual(before);
    expect(await readdir(bench.path("a.assay", "evidence"))).toEqual(["1"]);
  });

  test("refuses a case as evidence, and a case that lies in the evidence, and leaves both as they were", async () => {
    await bench.run("import", await bench.file("a.jsonl", ocsfLines(0, 3)), "--case", "one");
    await mkdir(bench.path("logs"));
    await bench.file("logs/a.jsonl", ocsfLines(0, 3));
    const cases = [
      ["one", "two", 3, "case-as-evidence"],
      ["one", "one", 3, "case-as-evidence"],
      ["logs", "logs/inside", 64, "case-in-evidence"],
      [".", "one", 64, "case-in-evidence"],
    ] as const;
    for (const [path, root, exitCode, code] of cases) {
      const { code: exit, json } = await bench.run("import", path, "--case", root, "--json");
      expect([path, exit, json]).toMatchObject([path, exitCode, { error: { code } }]);
    }
    const verified = await bench.run("verify", "one", "--json");
    expect([verified.code, verified.json]).toMatchObject([
      3,
      { verdict: "refused", error: { code: "case-as-evidence" } },
    ]);
    expect([existsSync(bench.path("two")), existsSync(bench.path("logs", "inside"))]).toEqual([false, false]);
    expect((await bench.run("case", "show", "--case", "one", "--json")).json).toMatchObject({ events: 3 });
  });

  test("tells a missing path, a case that cannot be made and a folder that is no case apart from refused evidence", async () => {
    const evidence = await bench.file("a.jsonl", ocsfLines(0, 3));
    const cases = [
      [["import", "missing.json", "--case", "a.assay"], 74, "system-enoent"],
      [["import", evidence, "--case", evidence], 74, "system-enotdir"],
      [["import", evidence, "--case", bench.folder], 64, "folder-not-empty"],
      [["import", evidence, "--case", "a?.assay"], 64, "case-path"],
      [["import", evidence, "--case", "a.assay", "--source", "nothing"], 64, "no-such-source"],
      [["case", "show", "--case", "missing.assay"], 74, "no-case"],
      [["timeline", "--case", bench.folder], 74, "no-case"],
    ] as const;
    for (const [words, exitCode, code] of cases) {
      const result = await bench.run(...words, "--json");
      expect([words, result.code, result.json]).toMatchObject([words, exitCode, { error: { code } }]);
    }
    expect(existsSync(bench.path("a.assay"))).toBe(false);
  });
});

describe("assay import that does not end by itself", () => {
  const FILES = 200;

  /** A case with one small exhibit, and a folder that takes long enough to be stopped in. */
  async function prepare(): Promise<void> {
    await bench.file("small.jsonl", ocsfLines(0, 10));
    await mkdir(bench.path("large"));
    for (let number = 0; number < FILES; number++) {
      await bench.file(`large/${String(number).padStart(3, "0")}.jsonl`, ocsfLines(100 + number * 100, 100));
    }
    for (const name of ["a.assay", "b.assay"]) await bench.run("import", "small.jsonl", "--case", name);
  }

  /** Resolves once the first group of files is being committed: files of the group after the next are there. */
  function secondGroupBegun(child: ChildProcess): Promise<void> {
    const sign = bench.path("a.assay", "evidence", "2", "000128.log");
    return new Promise((done, fail) => {
      const watcher = watch(bench.path("a.assay"), { recursive: true }, () => {
        if (existsSync(sign)) stop(done);
      });
      const stop = (settle: () => void): void => {
        watcher.close();
        settle();
      };
      child.once("close", () => stop(() => fail(new Error("it ended before it could be stopped"))));
    });
  }

  const show = async (name: string): Promise<unknown> =>
    (await bench.run("case", "show", "--case", name, "--json")).json;

  test("ends with 130 on Ctrl-C, and the case is as it was", async () => {
    await prepare();
    const before = await show("a.assay");
    const child = bench.start("import", "large", "--case", "a.assay", "--json");
    const result = finished(child);
    await secondGroupBegun(child);
    child.kill("SIGINT");
    expect(await result).toMatchObject({ code: 130, json: { error: { code: "cancelled" } } });
    expect(await show("a.assay")).toEqual(before);
    expect(await readdir(bench.path("a.assay", "evidence"))).toEqual(["1"]);
    const custody = await bench.run("custody", "--case", "a.assay", "--verify");
    expect(custody.code).toBe(0);
    expect((await bench.run("custody", "--case", "a.assay")).stdout).toContain("exhibit.import-cancelled");
  }, 60_000);

  test("leaves no case behind that it was to make, on Ctrl-C", async () => {
    const child = bench.start("import", await bench.file("a.jsonl", ocsfLines(0, 20_000)), "--case", "a.assay");
    const result = finished(child);
    // The word about the new key is said before the case is made.
    if (child.stderr) await once(child.stderr, "data");
    child.kill("SIGINT");
    expect((await result).code).toBe(130);
    expect(existsSync(bench.path("a.assay"))).toBe(false);
  });

  test("is finished by --resume after it was killed, as if it had never been", async () => {
    await prepare();
    const child = bench.start("import", "large", "--case", "a.assay");
    await secondGroupBegun(child);
    child.kill("SIGKILL");
    await once(child, "close");
    const resumed = await bench.run("import", "large", "--case", "a.assay", "--resume", "--json");
    const fresh = await bench.run("import", "large", "--case", "b.assay", "--resume", "--json");
    const seconds = expect.any(Number) as unknown;
    expect(resumed.json).toEqual({ ...(fresh.json as object), seconds });
    const timelines = await Promise.all(
      ["a.assay", "b.assay"].map((name) => bench.run("timeline", "--case", name, "--format", "jsonl")),
    );
    expect(timelines[0]?.stdout).toBe(timelines[1]?.stdout);
    expect(timelines[0]?.stdout.split("\n")).toHaveLength(10 + FILES * 100 + 1);
    const before = await show("a.assay");
    const again = await bench.run("import", "large", "--case", "a.assay", "--resume", "--json");
    expect(again.json).toMatchObject({ exhibit: "X-2", notes: [{ code: "already-imported", count: 1 }] });
    expect(await show("a.assay")).toEqual(before);
    expect((await bench.run("custody", "--case", "a.assay", "--verify")).code).toBe(0);
  }, 120_000);

  test("is refused while another process has the case open, naming it", async () => {
    const root = bench.path("a.assay");
    const app = { version: "0", build: "test" };
    const holder = await createSession(root, { endorser: null, actorName: "test", app });
    try {
      const evidence = await bench.file("a.jsonl", ocsfLines(0, 3));
      const result = await bench.run("import", evidence, "--case", root, "--json");
      expect([result.code, result.json]).toMatchObject([
        74,
        {
          error: {
            code: "case-locked",
            file: root,
            found: expect.stringContaining(`process ${process.pid}`) as unknown,
          },
        },
      ]);
    } finally {
      await holder.close();
    }
  });
});
