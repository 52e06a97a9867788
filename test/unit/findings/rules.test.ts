import { describe, expect, it } from "vitest";

import { checkDraft, missingForFinal, parseStrength, wordingOfFinding } from "../../../core/findings/rules.ts";
import { type Finding, type FindingDraft } from "../../../core/model/finding.ts";

const FACT: FindingDraft = {
  title: "Role deleted",
  statement: "A record attributes DeleteRole to an account.",
  class: "fact",
  events: [3, 1],
  basis: "",
  uncertainty: "",
  propositions: [],
  alternatives: [],
  strength: "",
  contradicting: { text: "", events: [] },
};

const finding = (draft: Partial<FindingDraft>): Finding => {
  const { events, contradicting, ...rest } = { ...FACT, ...draft };
  expect(events.length).toBeGreaterThan(0);
  return {
    ...rest,
    id: "F-0001",
    citations: [],
    contradicting: { text: contradicting.text, citations: [] },
    createdAt: "2026-01-02T03:04:05.000Z",
    withdrawn: null,
  };
};

describe("what a finding must have", () => {
  it("is recorded with its texts trimmed and its events in the given order", () => {
    expect(checkDraft({ ...FACT, title: "  Role deleted \n" })).toEqual(FACT);
  });

  it.each<[string, Partial<FindingDraft>]>([
    ["no title", { title: "  " }],
    ["no statement", { statement: "" }],
    ["no event", { events: [] }],
    ["an event twice", { events: [1, 2, 1] }],
    ["too many events", { events: Array.from({ length: 10_001 }, (_, seq) => seq) }],
    ["a title that is a text", { title: "x".repeat(501) }],
    ["a text that is a book", { basis: "x".repeat(20_001) }],
    ["a fact with a strength", { strength: "weak support" }],
    ["an event that carries the statement and speaks against it", { contradicting: { text: "x", events: [1] } }],
    ["contradicting events without a word about them", { contradicting: { text: " ", events: [2] } }],
    ["a tool result with propositions", { class: "tool-result", propositions: ["H1", "H2"] }],
  ])("is refused with %s", (_, change) => {
    expect(() => checkDraft({ ...FACT, ...change })).toThrow(
      expect.objectContaining({ code: "bad-finding", kind: "usage" }) as Error,
    );
  });

  it("lets an opinion be recorded unfinished and says what a final report needs", () => {
    const draft = checkDraft({ ...FACT, class: "opinion" });
    expect(missingForFinal(finding(draft))).toEqual([
      "basis",
      "uncertainty",
      "at least two propositions",
      "alternatives considered",
      "strength",
      "contradicting evidence, or that none was found",
    ]);
    const contradicting = { text: "looked for a sign-in from the office, found none", events: [] };
    const given = { basis: "b", uncertainty: "u", propositions: ["H1", "H2"], alternatives: ["A"], contradicting };
    expect(missingForFinal(finding({ ...draft, ...given, strength: "weak support" }))).toEqual([]);
  });

  it("asks nothing of a withdrawn finding", () => {
    const withdrawn = { at: "2026-01-02T03:04:05.000Z", reason: "wrong event" };
    expect(missingForFinal({ ...finding({}), withdrawn })).toEqual([]);
  });

  it("takes strengths of the fixed scale only", () => {
    expect(parseStrength("moderate support")).toBe("moderate support");
    expect(parseStrength("")).toBe("");
    expect(() => parseStrength("beyond doubt")).toThrow(expect.objectContaining({ code: "bad-strength" }) as Error);
  });

  it("reads the wording of every text, and lets a fact be weighed where it is weighed", () => {
    const contradicting = { text: "clearly another account", events: [] };
    const uncertainty = "the clock is probably right";
    const hits = wordingOfFinding(finding({ title: "The hacker", basis: "It proves it.", uncertainty, contradicting }));
    expect(hits.map(({ field, phrase }) => [field, phrase])).toEqual([
      ["title", "hacker"],
      ["basis", "proves"],
      ["contradicting evidence", "clearly"],
    ]);
  });
});
