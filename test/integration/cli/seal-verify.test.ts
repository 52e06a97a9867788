import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { watch } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type VerifyResult } from "../../../core/model/verdict.ts";
import { assay, CLI, environment } from "../../support/command-line.ts";
import { ORIGIN, record } from "../../support/sealed-bundle.ts";

const LINES = Array.from({ length: 12 }, (_, index) => record(index));

let folder: string;
let vkey: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "assay-cli-"));
  writeFileSync(join(folder, "a.jsonl"), LINES.slice(0, 8).join("\n") + "\n");
  writeFileSync(join(folder, "b.jsonl"), LINES.slice(8).join("\n") + "\n");
  assay(folder, "keygen", "--name", ORIGIN, "--out", "log.key", "--no-passphrase");
  vkey = readFileSync(join(folder, "log.key.vkey"), "utf8").trim();
  seal("good");
});
afterAll(() => rmSync(folder, { recursive: true }));

function seal(out: string, ...more: readonly string[]) {
  return assay(folder, "seal", "a.jsonl", "b.jsonl", "--origin", ORIGIN, "--key", "log.key", "--out", out, ...more);
}

function verify(
  path: string,
  ...more: readonly string[]
): { readonly status: number | null; readonly result: VerifyResult } {
  // Every bundle here is another history under one key: as earlier states they would contradict each other.
  const run = assay(folder, "verify", path, "--json", "--no-anchors", ...more);
  return { status: run.status, result: run.json() as VerifyResult };
}

describe("a bundle that assay sealed", () => {
  test.each([
    ["plain-folder", []],
    ["gzip-folder", ["--gzip"]],
    ["plain.zip", []],
    ["gzip.zip", ["--gzip", "--salt"]],
  ])("%s verifies under its pinned key", (out, options) => {
    const sealed = seal(out, "--json", ...options);
    expect(sealed).toMatchObject({ status: 0, stderr: "" });
    expect(sealed.json()).toMatchObject({ origin: ORIGIN, treeSize: 16, segments: 2, records: 12, vkey });

    const { status, result } = verify(out, "--trust", vkey);
    expect(status).toBe(0);
    expect(result).toMatchObject({
      verdict: "verified-with-limits",
      proof: "sealed-log",
      log: { origin: ORIGIN, treeSize: 16, rootHash: (sealed.json() as { rootHash: string }).rootHash },
      chains: [],
      window: { asked: null, proven: { from: "2026-01-02T03:04:00Z", to: "2026-01-02T03:04:11Z" } },
      counts: { records: 16, segments: 2, withheld: 0, absent: 0 },
      keys: [{ name: ORIGIN, trust: "pinned" }],
    });
    expect(result.findings.map(({ code }) => code)).toEqual(["not-witnessed", "not-stamped"]);
    expect(Object.keys(result).sort()).toEqual(
      ["chains", "checks", "counts", "findings", "keys", "log", "proof", "verdict", "window"].sort(),
    );
    for (const check of result.checks) {
      expect(Object.keys(check).sort()).toEqual(["checked", "failed", "name", "note", "verdict"]);
    }
  });

  test("holds the lines as they were, plain and gzip", () => {
    seal("lines-gzip", "--gzip");
    const plain = readFileSync(join(folder, "good/data/segments/00000000000000000000.jsonl"), "utf8");
    const packed = gunzipSync(readFileSync(join(folder, "lines-gzip/data/segments/00000000000000000000.jsonl.gz")));
    for (const text of [plain, packed.toString()]) expect(text.split("\n").slice(1, 9)).toEqual(LINES.slice(0, 8));
  });

  test("has salts where they are asked for, in the records alone that have none", () => {
    seal("salted", "--salt");
    const text = readFileSync(join(folder, "salted/data/segments/00000000000000000000.jsonl"), "utf8");
    const records = text
      .split("\n")
      .slice(1, 9)
      .map((line) => JSON.parse(line) as { salt: string });
    expect(new Set(records.map(({ salt }) => salt)).size).toBe(8);
    for (const { salt } of records) expect(salt).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });

  test("verifies by two implementations of every digest", () => {
    const { status, result } = verify("good", "--trust", vkey, "--both");
    expect(status).toBe(0);
    expect(result.checks.at(-1)).toMatchObject({ name: "hash-comparison", verdict: "verified", failed: 0 });
  });

  test("is not verifiable without its key, and verifies once the key is in the trust store", () => {
    expect(verify("good")).toMatchObject({ status: 2, result: { verdict: "not-verifiable" } });
    expect(assay(folder, "trust", "add", vkey, "--reason", "told by phone").status).toBe(0);
    expect(verify("good")).toMatchObject({ status: 0, result: { verdict: "verified-with-limits" } });
    expect(assay(folder, "trust", "remove", vkey).status).toBe(0);
    expect(verify("good").status).toBe(2);
  });

  test("takes the key from a file, saves what it prints, and keeps a saved result", () => {
    const run = assay(
      folder,
      "verify",
      "good",
      "--no-anchors",
      "--trust",
      "log.key.vkey",
      "--save",
      "saved.json",
      "--json",
    );
    expect(run.status).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, "saved.json"), "utf8"))).toEqual(run.json());
    expect(assay(folder, "verify", "good", "--save", "saved.json").status).toBe(74);
  });

  test("is altered once a byte of it is changed, and says where", () => {
    seal("altered");
    const path = join(folder, "altered/data/segments/00000000000000000000.jsonl");
    writeFileSync(path, readFileSync(path, "utf8").replace("user-2", "user-9"));
    const { status, result } = verify("altered", "--trust", vkey);
    expect([status, result.verdict]).toEqual([1, "altered"]);
    expect(result.findings[0]).toMatchObject({ code: "record-altered", where: { segment: 0, index: 3, line: 4 } });
    const text = assay(folder, "verify", "altered", "--no-anchors", "--trust", vkey);
    expect(text.stdout).toMatch(/^Altered \(altered\)\n/);
    expect(text.stdout).toContain("Event 3 in segment 0 is not the event that was logged.");
  });
});

describe("states that were seen before", () => {
  test("are remembered, listed and compared: another history under one key is a conflict", () => {
    seal("first");
    seal("second");
    const seen = (path: string) => assay(folder, "verify", path, "--json", "--trust", vkey);
    expect((seen("first").json() as VerifyResult).verdict).toBe("verified-with-limits");
    const { anchors } = assay(folder, "anchor", "list", "--json").json() as { anchors: { position: number }[] };
    expect(anchors.map(({ position }) => position)).toEqual([10, 16]);
    const again = seen("second");
    expect([again.status, (again.json() as VerifyResult).verdict]).toEqual([1, "conflict"]);
    // Both histories stay, as they were signed.
    assay(folder, "anchor", "export", "--out", "anchors");
    expect(readdirSync(join(folder, "anchors")).filter((name) => name.endsWith("-16.note"))).toHaveLength(2);
  });

  test("can be added from a note that was obtained elsewhere, once its key is pinned", () => {
    const note = "good/data/checkpoint";
    expect(assay(folder, "anchor", "add", note, "--json").json()).toMatchObject({
      error: { code: "checkpoint-not-trusted" },
    });
    expect(assay(folder, "anchor", "add", note, "--trust", vkey, "--json").json()).toMatchObject({ added: 1 });
  });
});

describe("several copies", () => {
  test("say which of them holds which events as they were logged", () => {
    cpSync(join(folder, "good"), join(folder, "replica"), { recursive: true });
    const path = join(folder, "replica/data/segments/00000000000000000000.jsonl");
    writeFileSync(path, readFileSync(path, "utf8").replace("user-2", "user-9"));
    const run = assay(folder, "verify", "replica", "good", "--trust", vkey, "--no-anchors", "--json");
    expect(run.status).toBe(1);
    expect(run.json()).toMatchObject({
      verdict: "altered",
      relation: "equal",
      copies: [{ verdict: "altered" }, { verdict: "verified-with-limits" }],
      good: [
        { from: 0, to: 3, copy: 0 },
        { from: 3, to: 4, copy: 1 },
        { from: 4, to: 16, copy: 0 },
      ],
    });
  });

  test("of two histories are a fork", () => {
    seal("another");
    const run = assay(folder, "verify", "good", "another", "--trust", vkey, "--no-anchors", "--json");
    expect(run.json()).toMatchObject({ verdict: "conflict", relation: "fork", good: [] });
  });
});

describe("what verify is given", () => {
  const EMPTY_ZIP = Buffer.concat([Buffer.from("PK\u0005\u0006"), Buffer.alloc(18)]);

  test.each([
    ["a text file", "note.txt", Buffer.from("no evidence here\n"), "no-evidence"],
    ["an empty zip", "empty.zip", EMPTY_ZIP, "empty-archive"],
    ["a truncated gzip", "cut.json.gz", gzipSync(LINES.join("\n")).subarray(0, 60), "gzip-truncated"],
  ])("%s is refused: one sentence, exit 3", (_what, name, bytes, code) => {
    writeFileSync(join(folder, name), bytes);
    const run = assay(folder, "verify", name, "--json");
    expect(run.status).toBe(3);
    expect(run.json()).toMatchObject({
      verdict: "refused",
      findings: [{ code, verdict: "refused" }],
      error: { code },
    });
    expect(assay(folder, "verify", name).stdout).toContain(`[${code}]`);
  });

  test("a folder without logs is refused", () => {
    mkdirSync(join(folder, "empty"));
    writeFileSync(join(folder, "empty/readme.txt"), "nothing\n");
    expect(verify("empty")).toMatchObject({ status: 3, result: { findings: [{ code: "no-evidence" }] } });
  });

  test("a missing path is a problem of the machine that names it", () => {
    const run = assay(folder, "verify", "nowhere", "--json");
    expect(run.status).toBe(74);
    expect(run.json()).toMatchObject({ error: { code: "system-enoent", file: join(folder, "nowhere") } });
  });

  test("a weak key is refused before anything is read", () => {
    const weak = "example.com/weak+" + "00000000+" + Buffer.concat([Buffer.of(1), Buffer.alloc(32)]).toString("base64");
    const run = assay(folder, "verify", "good", "--trust", weak, "--json");
    expect([run.status, run.json()]).toMatchObject([3, { error: { code: "key-weak" } }]);
    expect(assay(folder, "trust", "add", weak, "--reason", "x", "--json").status).toBe(3);
  });

  test.each([
    [["verify"], "one-path"],
    [["verify", "good", "--nonsense"], "usage"],
    [["verify", "good", "--from", "yesterday"], "bad-time"],
    [["verify", "good", "--to", "yesterday"], "bad-time"],
    ...[
      [["--withhold", "7"], "bad-withhold"],
      [["--withhold", "9-7:reason"], "bad-withhold"],
      [["--withhold", "0:reason"], "withhold-range"],
      [["--withhold", "99:reason"], "withhold-range"],
      [["--expire", "0-9"], "bad-expire"],
      [["--expire", "1-9:R7"], "expire-range"],
      [["--timestamp", "ten=a.jsonl"], "bad-timestamp"],
      [["--timestamp", "7=a.jsonl"], "timestamp-size"],
      [["--witness", "log.key"], "not-a-witness"],
    ].map(
      ([options = [], code = ""]) =>
        [["seal", "a.jsonl", "--out", "x", "--origin", ORIGIN, "--key", "log.key", ...options], String(code)] as const,
    ),
  ] as const)("%j is a wrong command line", (args, code) => {
    const run = assay(folder, ...args, "--json");
    expect(run.status).toBe(64);
    expect(run.json()).toMatchObject({ error: { code } });
  });
});

describe("what seal refuses", () => {
  test.each(["taken", "taken.zip"])("an output that exists (%s), which stays as it was", (name) => {
    writeFileSync(join(folder, name), "mine");
    const run = seal(name, "--json");
    expect(run.status).toBe(64);
    expect(run.json()).toMatchObject({ error: { code: "output-exists" } });
    expect(readFileSync(join(folder, name), "utf8")).toBe("mine");
  });

  test.each([
    ["a record that is no JSON", "bad.jsonl", '{"a":1}\nnot json\n', "bad-record", 2],
    ["a name that is given twice", "twice.jsonl", '{"a":1,"a":2}\n', "bad-record", 1],
    ["a record of the log itself", "log.jsonl", '{"_log":"open"}\n', "bad-record", 1],
    ["a file without records", "none.jsonl", "", "no-records", undefined],
  ])("%s, and leaves nothing behind", (_what, name, content, code, line) => {
    writeFileSync(join(folder, name), content);
    const before = readdirSync(folder);
    const run = assay(folder, "seal", name, "--origin", ORIGIN, "--key", "log.key", "--out", "never", "--json");
    expect(run.status).toBe(3);
    expect(run.json()).toMatchObject({ error: { code, file: name, ...(line === undefined ? {} : { line }) } });
    expect(readdirSync(folder)).toEqual(before);
  });

  test.each([
    [["--segment-bytes", "12"], "segment-bytes"],
    [["--segment-bytes", "many"], "segment-bytes"],
    [["--origin", "example.com/other"], "origin-key"],
  ])("the options %j", (options, code) => {
    const run = seal("never", "--json", ...options);
    expect([run.status, run.json()]).toMatchObject([64, { error: { code } }]);
  });

  test("Ctrl-C ends it with 130 and leaves nothing behind", { timeout: 60_000 }, async () => {
    const place = mkdtempSync(join(folder, "cancel-"));
    expect(spawnSync("mkfifo", [join(place, "pipe")]).status).toBe(0);
    const appeared = watch(place);
    const args = ["seal", "pipe", "--origin", ORIGIN, "--key", "../log.key", "--out", "out.zip"];
    const child = spawn(process.execPath, [CLI, ...args], { cwd: place, env: environment(place), stdio: "ignore" });
    const ended = new Promise<number | null>((done) => child.once("exit", done));
    const pipe = createWriteStream(join(place, "pipe"));
    pipe.on("error", () => undefined);
    pipe.write(`${record(0)}\n`);
    for await (const { filename } of appeared) if (filename?.endsWith(".partial")) break;
    child.kill("SIGINT");
    let open = true;
    const status = ended.then((code) => {
      open = false;
      return code;
    });
    // The records go on coming until the command has noticed.
    const feed = (): void => {
      if (open && pipe.writable) pipe.write(`${record(1)}\n`, () => setImmediate(feed));
    };
    feed();
    expect(await status).toBe(130);
    pipe.destroy();
    expect(readdirSync(place)).toEqual(["pipe"]);
    expect(existsSync(join(place, "out.zip"))).toBe(false);
  });
});
