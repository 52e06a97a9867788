import { existsSync } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openCase } from "../../../core/casefile/open-case.ts";
import { prepareSample } from "../../../core/casefile/sample-case.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { cliBench, ocsfLines, type CliBench, type CliResult } from "./cli-bench.ts";

const SAMPLES = resolve(import.meta.dirname, "../../../samples/bundles");

let bench: CliBench;
beforeAll(async () => {
  bench = await cliBench();
  await bench.run("import", await bench.file("a.jsonl", ocsfLines(0, 20)), "--case", "a.assay");
});
afterAll(() => bench.remove());

const STATEMENT = ["--title", "A read", "--statement", "The log attributes a read to the account.", "--class", "fact"];

const addFinding = (root: string, ...seqs: readonly number[]): Promise<CliResult> =>
  bench.run(
    ...["finding", "add", "--case", root, ...STATEMENT, "--basis", "read in the records"],
    ...["--uncertainty", "the clock of the source was not examined", "--json"],
    ...seqs.flatMap((seq) => ["--event", String(seq)]),
  );

/** Of each cited record of a package folder: has it an inclusion proof, and why not. */
async function proofsIn(folder: string): Promise<readonly (readonly [boolean, string | null])[]> {
  const index = JSON.parse(await readFile(bench.path(folder, "exhibits", "index.json"), "utf8")) as {
    readonly exhibits: readonly { readonly proof: object | null; readonly reason: string | null }[];
  }; // as docs/package.md describes it
  return index.exhibits.map(({ proof, reason }) => [proof !== null, reason] as const);
}

describe("a case on the command line", () => {
  test("keeps the details it is given and names what a details file has wrong", async () => {
    const given = await bench.file("details.yaml", "title: Gateway\nexaminer:\n  name: R. Adeyemi\n");
    const set = await bench.run("case", "set", "--case", "a.assay", "--details", given, "--json");
    expect([set.code, set.json]).toMatchObject([
      0,
      { details: { title: "Gateway", examiner: { name: "R. Adeyemi" } } },
    ]);
    for (const [content, message] of [
      ["titel: x\n", 'reading case details: Unrecognized key: "titel"'],
      ["examiner:\n  name: 7\n", /^reading case details: examiner\.name: /],
      ["", /^reading case details: Invalid input/],
    ] as const) {
      const path = await bench.file("wrong.yaml", content);
      const result = await bench.run("case", "set", "--case", "a.assay", "--details", path, "--json");
      const matching = typeof message === "string" ? message : (expect.stringMatching(message) as unknown);
      expect([result.code, result.json]).toMatchObject([
        64,
        { error: { code: "bad-details", file: path, message: matching } },
      ]);
    }
  });

  test.each([["case"], ["finding"], ["trust"]])("assay %s says which commands it has", async (name) => {
    const result = await bench.run(name);
    expect([result.code, result.stdout]).toEqual([64, ""]);
    expect(result.stderr).toMatch(
      new RegExp(`^assay: assay ${name} expected \\w+.* or \\w+, got no command; .*--help`),
    );
    expect((await bench.run(name, "nothing", "--json")).json).toMatchObject({ error: { code: "no-command" } });
    const help = await bench.run(name, "--help");
    expect([help.code, help.stderr]).toEqual([0, ""]);
    expect(help.stdout).toContain(`Usage: assay ${name}`);
  });

  test("records findings, lists them and withdraws them", async () => {
    const added = await addFinding("a.assay", 3, 4);
    expect([added.code, added.json]).toMatchObject([0, { id: "F-0001", items: ["EX-00001", "EX-00002"] }]);
    const second = await addFinding("a.assay", 4);
    expect(second.json).toMatchObject({ id: "F-0002" });
    const withdrawn = await bench.run("finding", "withdraw", "F-0002", "--case", "a.assay", "--json");
    expect(withdrawn.code).toBe(0);
    const listed = await bench.run("finding", "list", "--case", "a.assay", "--json");
    expect(listed.json).toMatchObject({
      findings: [
        { id: "F-0001", withdrawn: null, citations: [{ seq: 3 }, { seq: 4 }] },
        { id: "F-0002", withdrawn: { reason: "no reason given" } },
      ],
    });
    expect((await addFinding("a.assay", 20)).json).toMatchObject({ error: { code: "no-such-event" } });
    const unknown = await bench.run("finding", "withdraw", "F-0009", "--case", "a.assay", "--json");
    expect(unknown.code).toBe(64);
  });
});

describe("a findings package on the command line", () => {
  test("is a draft that a stranger checks, as a folder and as a zip", async () => {
    const final = await bench.run("report", "--case", "a.assay", "--out", "final", "--final", "--json");
    expect([final.code, final.json]).toMatchObject([65, { error: { code: "report-incomplete" } }]);
    for (const out of ["package", "package.zip"]) {
      const written = await bench.run("report", "--case", "a.assay", "--out", out, "--json");
      expect([written.code, written.json]).toMatchObject([0, { draft: true }]);
      const { fingerprint } = written.json as { fingerprint: string };
      const unknown = await bench.run("verify-package", out, "--json");
      const message = `the signer's certificate ${fingerprint} has not been compared with one you hold`;
      const findings = [{ code: "signer-not-compared", verdict: "not-verifiable", message }];
      expect([unknown.code, unknown.json]).toMatchObject([2, { verdict: "not-verifiable", findings }]);
      expect(Object.keys(unknown.json as object)).toEqual(["verdict", "checks", "findings"]);
      expect((await bench.run("verify-package", out)).stdout).toContain(`consistent; ${message}`);
      for (const trust of [fingerprint, "home/examiner.key.crt"]) {
        const known = await bench.run("verify-package", out, "--trust", trust, "--json");
        expect([known.code, known.json]).toMatchObject([0, { verdict: "verified", findings: [] }]);
      }
    }
    await writeFile(bench.path("package", "findings.json"), "{}");
    const altered = await bench.run("verify-package", "package", "--json");
    expect([altered.code, altered.json]).toMatchObject([1, { verdict: "altered" }]);
    const again = await bench.run("report", "--case", "a.assay", "--out", "package", "--json");
    expect(again.code).toBe(64);
  }, 120_000);

  test("proves the records of a sealed log, and of an altered one those that are unaltered", async () => {
    const { intact, twin, vkey } = await prepareSample(bench.path("home"), SAMPLES);
    await bench.run("import", intact, "--case", "s.assay", "--trust", vkey);
    const imported = await bench.run("import", twin, "--case", "t.assay", "--trust", vkey, "--json");
    expect([imported.code, imported.json]).toMatchObject([0, { verdict: "altered" }]);
    const altered = await bench.run("timeline", "--case", "t.assay", "--query", "verdict:altered", "--json");
    const { events } = altered.json as { events: readonly { seq: number }[] };
    const wounded = events[0]?.seq ?? -1;
    expect((await addFinding("s.assay", 17)).code).toBe(0);
    expect((await addFinding("t.assay", 17, wounded)).code).toBe(0);
    for (const [root, out] of [
      ["s.assay", "s-package"],
      ["t.assay", "t-package"],
    ] as const) {
      expect((await bench.run("report", "--case", root, "--out", out)).code).toBe(0);
      const checked = await bench.run("verify-package", out, "--trust", "home/examiner.key.crt", "--json");
      expect([checked.code, checked.json]).toMatchObject([0, { verdict: "verified" }]);
    }
    expect(await proofsIn("s-package")).toEqual([[true, null]]);
    expect(await proofsIn("t-package")).toEqual([
      [true, null],
      [false, expect.stringMatching(/\S/) as unknown],
    ]);
  }, 180_000);
});

describe("a case that somebody changed", () => {
  test("T60 stops the report where a cited record's working copy is not what was imported", async () => {
    await bench.run("import", await bench.file("w.jsonl", ocsfLines(0, 5)), "--case", "w.assay");
    await addFinding("w.assay", 2);
    const copy = bench.path("w.assay", "evidence", "1", "000000.log");
    const text = await readFile(copy, "utf8");
    await chmod(copy, 0o600);
    await writeFile(copy, text.replace('"e2"', '"e9"'));
    const result = await bench.run("report", "--case", "w.assay", "--out", "w-package", "--json");
    expect([result.code, result.json]).toMatchObject([
      3,
      { error: { code: "working-copy-altered", file: "w.jsonl", line: 3 } },
    ]);
  });

  test("T60 stops the report where a cited row holds something else than its record", async () => {
    await bench.run("import", await bench.file("r.jsonl", ocsfLines(0, 5)), "--case", "r.assay");
    await addFinding("r.assay", 2);
    const caseFile = await openCase(bench.path("r.assay"), { writable: true });
    await caseFile.transaction((session) => session.run(sql`UPDATE event SET principal = 'mallory' WHERE seq >= 2`));
    await caseFile.close();
    const result = await bench.run("report", "--case", "r.assay", "--out", "r-package", "--json");
    expect([result.code, result.json]).toMatchObject([3, { error: { code: "row-altered", file: "r.jsonl", line: 3 } }]);
    expect(existsSync(bench.path("r-package"))).toBe(false);
  });

  test("is told by the custody journal, whose exit code is its verdict", async () => {
    await bench.run("import", await bench.file("c.jsonl", ocsfLines(0, 5)), "--case", "c.assay");
    const before = await bench.run("custody", "--case", "c.assay", "--verify", "--json");
    expect([before.code, before.json]).toMatchObject([0, { verdict: "verified", findings: [] }]);
    const journal = bench.path("c.assay", "custody.jsonl");
    await writeFile(journal, (await readFile(journal, "utf8")).replace("exhibit.imported", "exhibit.imparted"));
    const after = await bench.run("custody", "--case", "c.assay", "--verify", "--json");
    expect([after.code, after.json]).toMatchObject([1, { verdict: "altered" }]);
    expect((await bench.run("custody", "--case", "c.assay")).code).toBe(0);
    expect((await bench.run("custody", "--case", "missing.assay", "--json")).code).toBe(74);
  });
});

describe("an examiner key under a passphrase", () => {
  test("leaves a session unendorsed until it is unlocked, and signs no report before", async () => {
    const passphrase = await bench.file("passphrase", "correct horse\n");
    const made = await bench.run(
      ...["keygen", "--kind", "examiner", "--name", "R. Adeyemi", "--out", "me.key", "--passphrase-file", passphrase],
    );
    expect(made.code).toBe(0);
    const evidence = await bench.file("k.jsonl", ocsfLines(0, 5));
    const locked = await bench.run("import", evidence, "--case", "k.assay", "--key", "me.key");
    expect([locked.code, locked.stderr]).toEqual([
      0,
      "the examiner key is locked: this session is not endorsed (give --passphrase-file)\n",
    ]);
    expect((await bench.run("custody", "--case", "k.assay", "--verify")).code).toBe(2);
    const unsigned = await bench.run("report", "--case", "k.assay", "--key", "me.key", "--out", "k-package", "--json");
    expect([unsigned.code, unsigned.json]).toMatchObject([64, { error: { code: "passphrase-missing" } }]);
    await bench.run("import", evidence, "--case", "u.assay", "--key", "me.key", "--passphrase-file", passphrase);
    expect((await bench.run("custody", "--case", "u.assay", "--verify")).code).toBe(0);
    const key = ["--key", "me.key", "--passphrase-file", passphrase];
    const written = await bench.run("report", "--case", "u.assay", ...key, "--out", "k-package", "--json");
    expect(written.code).toBe(0);
  }, 60_000);
});
