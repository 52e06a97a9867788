import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { checkStatement } from "../../../core/report/check-in-toto.ts";
import { packageStatement } from "../../../core/report/in-toto.ts";
import { PackageChecks } from "../../../core/report/package-checks.ts";
import { PackageReader } from "../../../core/report/package-reader.ts";
import { parseSums } from "../../../core/report/sums.ts";
import { verifyPackage } from "../../../core/report/verify-package.ts";
import { parseCertificate } from "../../../core/signing/certificate.ts";
import { makeExaminer, readFolder, writePackage, type WrittenPackage } from "../../support/findings-package.ts";

const STATEMENT = "package.intoto.jsonl";
const TOOLS = ["bash", "sha256sum", "openssl", "sed", "cmp"];
const absent = TOOLS.filter((tool) => spawnSync("which", [tool]).status !== 0);

let written: WrittenPackage;
let files: Map<string, Uint8Array>;

beforeAll(async () => {
  written = await writePackage(undefined, undefined, undefined, undefined, undefined, ["docx", "in-toto"]);
  files = await readFolder(written.out);
});
afterAll(() => written.remove());

/** What the check of the statement says of the package with another one. */
async function faultOf(statement: Uint8Array): Promise<string | undefined> {
  const checks = new PackageChecks();
  const changed = PackageReader.of(new Map(files).set(STATEMENT, statement));
  await checkStatement(checks, changed, parseCertificate(written.examiner.certificate));
  expect(checks.checks).toHaveLength(1);
  return checks.findings[0]?.message;
}

function listedDigests(): Map<string, string> {
  const lines = parseSums(files.get("SHA256SUMS") ?? new Uint8Array());
  if (typeof lines === "string") throw new Error(lines);
  return new Map(lines.filter(({ path }) => path !== STATEMENT).map(({ path, sha256 }) => [path, sha256]));
}

const statementShape = z.object({
  _type: z.literal("https://in-toto.io/Statement/v1"),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })),
});

function jsonOf(bytes: Uint8Array = new Uint8Array()): unknown {
  return JSON.parse(Buffer.from(bytes).toString());
}

const PREDICATE = {
  report: { id: "R1", issuedAt: "2026-11-22T10:00:00.000Z", draft: false },
  custody: { seq: 1, head: "0".repeat(64) },
  program: { name: "Assay", version: "0.1.0" },
};

describe("a package with a Word document and an in-toto statement", () => {
  test("is verified, and the statement is about every other listed file", async () => {
    const result = await verifyPackage(written.out, { trusted: [written.examiner.fingerprint] });
    expect(result.findings).toEqual([]);
    expect(result.verdict).toBe("verified");
    expect(result.checks.map(({ name }) => name)).toContain("package-statement");
    const envelope = z.object({ payload: z.string() }).parse(jsonOf(files.get(STATEMENT)));
    const statement = statementShape.parse(jsonOf(Buffer.from(envelope.payload, "base64")));
    const subjects = new Map(statement.subject.map(({ name, digest }) => [name, digest.sha256]));
    expect(subjects).toEqual(listedDigests());
    for (const [name, sha256] of subjects) {
      expect(
        createHash("sha256")
          .update(files.get(name) ?? "")
          .digest("hex"),
      ).toBe(sha256);
    }
  });

  test("a change of one bit of the statement is caught, wherever it is", async () => {
    const original = files.get(STATEMENT) ?? new Uint8Array();
    for (let at = 0; at < original.length; at += 23) {
      const changed = new Uint8Array(original);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect([at, await faultOf(changed)]).not.toEqual([at, undefined]);
    }
  });

  test("a statement by another key, or about other files, is caught", async () => {
    const { examiner } = written;
    const sign = (data: Uint8Array) => examiner.sign(data);
    const digests = listedDigests();
    expect(await faultOf(await packageStatement(digests, PREDICATE, sign, examiner.fingerprint))).toBeUndefined();
    const other = await makeExaminer("Somebody else");
    const foreign = await packageStatement(digests, PREDICATE, (data) => other.sign(data), other.fingerprint);
    expect(await faultOf(foreign)).toContain("another certificate");
    const disguised = await packageStatement(digests, PREDICATE, (data) => other.sign(data), examiner.fingerprint);
    expect(await faultOf(disguised)).toContain("does not verify");
    for (const change of [
      (changed: Map<string, string>) => changed.set("findings.json", "0".repeat(64)),
      (changed: Map<string, string>) => changed.set("further.json", "0".repeat(64)),
      (changed: Map<string, string>) => changed.delete("report.docx"),
    ]) {
      const changed = new Map(digests);
      change(changed);
      const statement = await packageStatement(changed, PREDICATE, sign, examiner.fingerprint);
      expect(await faultOf(statement)).toContain("other files");
    }
  });

  test.skipIf(absent.length > 0)(`is accepted by every command of its README (needs ${TOOLS.join(", ")})`, () => {
    const readme = Buffer.from(files.get("README-VERIFY.txt") ?? []).toString();
    const commands = readme.split("\n").filter((line) => line.startsWith("    $ "));
    const about = commands.filter((line) => /sha256sum -c|find \.|package\.intoto/.test(line));
    expect(about).toHaveLength(4);
    for (const command of about) {
      const { status, stderr } = spawnSync("bash", ["-c", command.slice("    $ ".length)], { cwd: written.out });
      expect([command, status, String(stderr)]).toEqual([command, 0, ""]);
    }
  });
});
