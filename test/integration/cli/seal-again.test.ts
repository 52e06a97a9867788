import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type SealSummary } from "../../../core/bundle/seal.ts";
import { assay } from "../../support/command-line.ts";
import { ORIGIN, record } from "../../support/sealed-bundle.ts";

const LINES = Array.from({ length: 12 }, (_, index) => record(index));

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "assay-again-"));
  writeFileSync(join(folder, "a.jsonl"), LINES.slice(0, 8).join("\n") + "\n");
  writeFileSync(join(folder, "b.jsonl"), LINES.slice(8).join("\n") + "\n");
  assay(folder, "keygen", "--name", ORIGIN, "--out", "log.key");
  assay(folder, "keygen", "--name", ORIGIN, "--out", "next.key");
  assay(folder, "keygen", "--name", "example.net/w1", "--kind", "witness", "--out", "w1.key");
  assay(folder, "keygen", "--name", "example.net/w2", "--kind", "witness-ml-dsa-44", "--out", "w2.key");
  seal(["a.jsonl", "b.jsonl"], "first.zip", "--gzip", "--salt");
});
afterAll(() => rmSync(folder, { recursive: true }));

function seal(operands: readonly string[], out: string, ...more: readonly string[]) {
  return assay(folder, "seal", ...operands, "--origin", ORIGIN, "--key", "log.key", "--out", out, "--json", ...more);
}

function lines(path: string): string[] {
  return readFileSync(join(folder, path), "utf8").split("\n");
}

interface Statement {
  readonly predicate: {
    readonly log: { readonly minimumIndex: number };
    readonly absent: readonly object[];
    readonly withheld: readonly object[];
    readonly retention?: object;
  };
}

function statementOf(bundle: string): Statement {
  const { payload } = JSON.parse(readFileSync(join(folder, bundle, "statement.dsse.json"), "utf8")) as {
    payload: string;
  };
  return JSON.parse(Buffer.from(payload, "base64").toString()) as Statement;
}

describe("a sealed log is exported again", () => {
  test("with the same records, root and log signatures, and the cosignatures of both kinds of witnesses", () => {
    const run = seal(["first.zip"], "witnessed", "--witness", "w1.key", "--witness", "w2.key");
    expect(run).toMatchObject({ status: 0, stderr: "" });
    expect(run.json()).toMatchObject({ treeSize: 16, segments: 2, records: 12 });
    const [origin, size, , , ...signatures] = lines("witnessed/data/checkpoint").slice(0, -1);
    expect([origin, size]).toEqual([ORIGIN, "16"]);
    expect(signatures.map((line) => line.split(" ")[1])).toEqual([ORIGIN, "example.net/w1", "example.net/w2"]);
  });

  test("without records that are withheld and segments that expired, both told in the statement", () => {
    const run = seal(["first.zip"], "less", "--withhold", "12-13:privileged", "--expire", "0-9:R7/P30D");
    expect(run.status).toBe(0);
    expect(readdirSync(join(folder, "less/data/segments"))).toEqual(["00000000000000000010.jsonl"]);
    const segment = lines("less/data/segments/00000000000000000010.jsonl");
    expect(segment.map((line) => line.startsWith("~"))).toEqual([false, false, true, true, false, false, false]);
    const { predicate } = statementOf("less");
    expect(predicate.log.minimumIndex).toBe(10);
    expect(predicate.absent).toMatchObject([
      { firstIndex: 0, endIndex: 10, policyRef: "R7", checkpoint: "data/checkpoints/10" },
    ]);
    expect(predicate.withheld).toEqual([12, 13].map((index) => ({ index, reason: "privileged", authority: ORIGIN })));
    expect(predicate.retention).toMatchObject({ rules: [{ class: "R7", period: "P30D" }] });
    expect(readdirSync(join(folder, "less/data"))).not.toContain("tile");
  });

  test("with a time stamp over the digest that sealing printed", () => {
    const { checkpoints } = seal(["first.zip"], "unstamped").json() as SealSummary;
    const newest = checkpoints.at(-1);
    expect(newest?.size).toBe(16);
    const [text, signature] = readFileSync(join(folder, "unstamped/data/checkpoint"), "utf8").split("\n\n");
    const stamped = `${text ?? ""}\n\n${signature ?? ""}`;
    writeFileSync(join(folder, "stamped"), stamped);
    const digest = execFileSync("sha256sum", ["stamped"], { cwd: folder, encoding: "utf8" }).slice(0, 64);
    expect(newest?.stampDigest).toBe(digest);
    writeFileSync(join(folder, "16.tsr"), "a response");
    expect(seal(["first.zip"], "stamped-bundle", "--timestamp", "16=16.tsr").status).toBe(0);
    expect(readFileSync(join(folder, "stamped-bundle/data/checkpoints/16.tsr"), "utf8")).toBe("a response");
  });

  test.each([
    ["not by another key of the same name", ["first.zip"], ["--key", "next.key"], "key-of-another-log", 3],
    ["not from an export that withholds", ["redacted"], [], "not-whole", 3],
    ["not from an export whose segments expired", ["expired"], [], "not-whole", 3],
    ["not with another key to come", ["first.zip"], ["--rotate-to", "next.key"], "sealed-already", 64],
    ["not with ranges that meet", ["first.zip"], ["--withhold", "2:x", "--withhold", "1-3:y"], "withhold-range", 64],
  ])("%s", (_what, operands, options, code, status) => {
    seal(["first.zip"], "redacted", "--withhold", "2:x");
    seal(["first.zip"], "expired", "--expire", "0-9:R7/P30D");
    const run = seal(operands, "never", ...options);
    expect([run.status, run.json()]).toMatchObject([status, { error: { code } }]);
    expect(readdirSync(folder).filter((name) => name.includes("never"))).toEqual([]);
  });
});

test("a log that changes its key carries both signatures where it does, and only the new one afterwards", () => {
  expect(seal(["a.jsonl", "b.jsonl"], "rotated", "--rotate-to", "next.key").status).toBe(0);
  const signers = (path: string): number => lines(path).filter((line) => line.startsWith("— ")).length;
  expect(signers("rotated/data/checkpoints/10")).toBe(2);
  expect(signers("rotated/data/checkpoints/16")).toBe(1);
  expect(lines("rotated/data/keys/rotation-1.note").slice(1, 5)).toEqual([
    `origin ${ORIGIN}`,
    `from ${lines("log.key.vkey")[0] ?? ""}`,
    `to ${lines("next.key.vkey")[0] ?? ""}`,
    "size 10",
  ]);
  expect(signers("rotated/data/keys/rotation-1.note")).toBe(2);
});
