import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { checkOfFinding, textsOf } from "../../../core/model/check-texts.ts";
import { type Check, type VerificationFinding } from "../../../core/model/verdict.ts";

const VERDICTS = readFileSync(new URL("../../../docs/verdicts.md", import.meta.url), "utf8");

/** What is said of evidence and attachments; packages and problems of the machine follow, which this does not explain. */
const EVIDENCE = VERDICTS.slice(0, VERDICTS.indexOf("## Findings of a findings package"));

/** The names in the first column of every table whose head names it so. */
function namesUnder(head: string): string[] {
  const tables = EVIDENCE.split("\n\n").filter((block) => block.startsWith(`| ${head} `));
  const rows = tables.flatMap((table) => table.split("\n").slice(2));
  return rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([a-z0-9-]+)`/g)].map(([, name]) => name ?? ""),
  );
}

/** Those of query results stand in a sentence. */
const LAKE_CHECKS = ["lake-signature", "lake-results"];
const CHECKS = [...namesUnder("check").filter((name) => name !== "content"), ...LAKE_CHECKS];
const CODES = namesUnder("code").filter((code) => !["no-digests", "no-proof"].includes(code));

const check = (name: string): Check => ({ name, verdict: "failed", checked: 1, failed: 1, note: "" });
const finding = (code: string): VerificationFinding => ({ code, verdict: "altered", message: "", where: {} });

describe("what a person reads about checks", () => {
  it("knows the documented checks and codes", () => {
    expect(CHECKS).toContain("log-signature");
    expect(CHECKS).toContain("digest-chains");
    expect(CODES).toContain("record-altered");
    expect(CODES).toContain("log-hash-mismatch");
  });

  it.each([...CHECKS, "content"])("has words of its own for the check %s", (name) => {
    expect(textsOf(name).what).not.toContain("docs/verdicts.md");
  });

  it.each(CODES)("puts the finding %s under a check that speaks of it", (code) => {
    const name = checkOfFinding(finding(code), CHECKS.map(check)) ?? "";
    expect(textsOf(name).codes).toContain(code);
  });

  it("puts a finding under the check that failed, where several can come to it", () => {
    const signature: Check = { ...check("log-signature"), verdict: "verified", failed: 0 };
    expect(checkOfFinding(finding("two-histories"), [signature, check("anchors")])).toBe("anchors");
    expect(checkOfFinding(finding("two-histories"), [check("log-signature"), check("anchors")])).toBe("log-signature");
  });

  it("gives a finding that no check speaks of to the first", () => {
    expect(checkOfFinding(finding("of-a-later-version"), [check("container"), check("tree")])).toBe("container");
    expect(checkOfFinding(finding("of-a-later-version"), [])).toBeUndefined();
  });
});
