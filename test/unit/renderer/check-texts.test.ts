import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { type Check, type VerificationFinding } from "../../../core/model/verdict.ts";
import { checkOfFinding, textsOf } from "../../../renderer/features/verify/check-texts.ts";

const VERDICTS = readFileSync(new URL("../../../docs/verdicts.md", import.meta.url), "utf8");

/** The names in the first column of the table whose head names it so. */
function namesUnder(head: string): string[] {
  const table = VERDICTS.slice(VERDICTS.indexOf(`| ${head} `)).split("\n\n")[0] ?? "";
  const rows = table.split("\n").slice(2);
  return rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([a-z0-9-]+)`/g)].map(([, name]) => name ?? ""),
  );
}

const CHECKS = namesUnder("check").filter((name) => name !== "content");
const CODES = namesUnder("code").filter((code) => !["no-digests", "no-proof"].includes(code));

const check = (name: string): Check => ({ name, verdict: "failed", checked: 1, failed: 1, note: "" });
const finding = (code: string): VerificationFinding => ({ code, verdict: "altered", message: "", where: {} });

describe("what a person reads about checks", () => {
  it("knows the documented checks and codes", () => {
    expect(CHECKS).toContain("log-signature");
    expect(CODES).toContain("record-altered");
  });

  it.each([...CHECKS, "content"])("has words of its own for the check %s", (name) => {
    expect(textsOf(name).what).not.toContain("docs/verdicts.md");
  });

  it.each(CODES)("puts the finding %s under a check that speaks of it", (code) => {
    const name = checkOfFinding(finding(code), CHECKS.map(check)) ?? "";
    expect(textsOf(name).codes).toContain(code);
  });

  it("gives a finding that no check speaks of to the first", () => {
    expect(checkOfFinding(finding("of-a-later-version"), [check("container"), check("tree")])).toBe("container");
    expect(checkOfFinding(finding("of-a-later-version"), [])).toBeUndefined();
  });
});
