import { describe, expect, test } from "vitest";

import { BUNDLE_VERDICTS, exitCodeOfVerdict, verdictWord, worstVerdict } from "../../../core/model/verdict.ts";

describe("bundle verdicts", () => {
  test("the worse of any two wins, in either order", () => {
    for (const [i, better] of BUNDLE_VERDICTS.entries()) {
      for (const worse of BUNDLE_VERDICTS.slice(i)) {
        expect(worstVerdict([better, worse])).toBe(worse);
        expect(worstVerdict([worse, better])).toBe(worse);
      }
    }
  });

  test("exit codes are those that scripts rely on", () => {
    expect(BUNDLE_VERDICTS.map((verdict) => [verdict, exitCodeOfVerdict(verdict)])).toEqual([
      ["verified", 0],
      ["verified-with-limits", 0],
      ["not-verifiable", 2],
      ["altered", 1],
      ["conflict", 1],
      ["refused", 3],
    ]);
  });

  test("every verdict has a word of its own", () => {
    expect(new Set(BUNDLE_VERDICTS.map(verdictWord)).size).toBe(BUNDLE_VERDICTS.length);
  });
});
