import { describe, expect, it } from "vitest";

import { lintWording } from "../../../core/findings/wording.ts";

const rulesIn = (text: string, findingClass: "fact" | "tool-result" | "opinion" = "opinion"): readonly string[] =>
  lintWording(text, findingClass).map(({ rule }) => rule);

describe("the wording of a finding", () => {
  it.each([
    ["The log is tamper-proof.", "absolute-protection"],
    ["A military grade store.", "absolute-protection"],
    ["The tool is CERTIFIED.", "absolute-protection"],
    ["This is the complete log of the day.", "complete-log"],
    ["The bundle is authentic.", "authentic"],
    ["The user deleted the role.", "person-for-account"],
    ["The user ran it.", "person-for-account"],
    ["It happened at 10:02.", "clock-time"],
    ["This proves it.", "certainty"],
    ["Clearly a login.", "certainty"],
    ["The hacker came back.", "accusation"],
    ["The run had no false positives.", "error-free"],
    ["A rate of 0 % error.", "error-free"],
  ])("%s is put differently", (text, rule) => {
    expect(rulesIn(text)).toEqual([rule]);
  });

  it.each([
    "An event recorded by CloudTrail attributes DeleteRole to account 1234.",
    "The user agent of the session was aws-cli.",
    "Recorded time 10:02:11Z; the accuracy of the clock was not verified.",
    "The authentication succeeded with an unproven-looking token.",
    'The record names “suspect” and `hacker` and "proves".',
  ])("%s stays", (text) => {
    expect(rulesIn(text)).toEqual([]);
  });

  it("finds words of opinion in a fact only", () => {
    const text = "The key was probably stolen, which is consistent with theft.";
    expect(rulesIn(text, "fact")).toEqual(["opinion-in-fact", "opinion-in-fact"]);
    expect(rulesIn(text, "opinion")).toEqual([]);
    expect(rulesIn(text, "tool-result")).toEqual([]);
  });

  it("says where a phrase stands, across lines and after a quotation", () => {
    const text = 'The record says "proves".\nThis is forensically\nsound.';
    expect(lintWording(text, "fact")).toMatchObject([{ phrase: "forensically\nsound", start: 34, end: 52 }]);
    expect(text.slice(34, 52)).toBe("forensically\nsound");
  });
});
