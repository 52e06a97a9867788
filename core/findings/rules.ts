/**
 * What a finding must have. Two grades: without the first it is not recorded at all (usage), without the second it is
 * recorded as a working state and a final report refuses it (not ready).
 */
import { STRENGTH_SCALE, type Finding, type FindingDraft, type Strength } from "../model/finding.ts";
import { Problem, quote } from "../model/problem.ts";
import { type WordingKind } from "./wording-rules.ts";
import { lintWording, type WordingHit } from "./wording.ts";

/** More records than this make an annex, not a finding. */
const MAX_CITATIONS = 10_000;

const MAX_TITLE_CHARACTERS = 500;
const MAX_TEXT_CHARACTERS = 20_000;
const MAX_LIST_TEXTS = 20;

/**
 * The draft with its texts trimmed. Throws `bad-finding` (usage) when it has no title, no statement, no event or one twice,
 * is too long, names contradicting events without a word about them, or when a fact or tool result carries propositions, alternatives or a strength, which only opinions have.
 */
export function checkDraft(draft: FindingDraft): FindingDraft {
  const checked = {
    ...draft,
    title: draft.title.trim(),
    statement: draft.statement.trim(),
    basis: draft.basis.trim(),
    uncertainty: draft.uncertainty.trim(),
    propositions: listed(draft.propositions),
    alternatives: listed(draft.alternatives),
    contradicting: { ...draft.contradicting, text: draft.contradicting.text.trim() },
  };
  if (checked.title === "") throw bad("a title", "none");
  if (checked.statement === "") throw bad("a statement", "none");
  checkLengths(checked);
  if (checked.events.length === 0) throw bad("an event to cite", "none");
  checkEvents([...checked.events, ...checked.contradicting.events]);
  if (checked.contradicting.events.length > 0 && checked.contradicting.text === "") {
    throw bad("words about the contradicting events", "none");
  }
  const weighed = checked.propositions.length + checked.alternatives.length > 0 || checked.strength !== "";
  if (checked.class !== "opinion" && weighed) {
    const found = `a finding of class ${checked.class} with some of them`;
    throw bad("propositions, alternatives and strength only in an opinion", found);
  }
  return checked;
}

/** A step of the fixed scale, or "" for none. Throws `bad-strength` (usage). */
export function parseStrength(text: string): Strength | "" {
  const strength = ["" as const, ...STRENGTH_SCALE].find((step) => step === text);
  if (strength !== undefined) return strength;
  const expected = STRENGTH_SCALE.map((step) => `"${step}"`).join(", ");
  throw new Problem("usage", "bad-strength", `strength: expected one of ${expected}, got ${quote(text)}`, {
    expected,
    found: quote(text),
  });
}

/** What a person must still give before a finding can be in a final report; withdrawn findings lack nothing. */
export function missingForFinal(finding: Finding): readonly string[] {
  if (finding.withdrawn !== null) return [];
  const opinion = finding.class === "opinion";
  const required: readonly (readonly [string, boolean])[] = [
    ["basis", finding.basis !== ""],
    ["uncertainty", finding.uncertainty !== ""],
    ["at least two propositions", !opinion || finding.propositions.length >= 2],
    ["alternatives considered", !opinion || finding.alternatives.length >= 1],
    ["strength", !opinion || finding.strength !== ""],
    ["contradicting evidence, or that none was found", !opinion || finding.contradicting.text !== ""],
  ];
  return required.filter(([, given]) => !given).map(([what]) => what);
}

/** A phrase to put differently, and the text of the finding it stands in. */
export interface FindingWordingHit extends WordingHit {
  readonly field: string;
}

/**
 * Wording of a finding that a final report refuses. Uncertainty, propositions, alternatives and what contradicts are weighed:
 * they may hold words of opinion, and name what somebody may be accused of.
 */
export function wordingOfFinding(finding: Finding): readonly FindingWordingHit[] {
  const texts: readonly (readonly [field: string, text: string, of: WordingKind])[] = [
    ["title", finding.title, finding.class],
    ["statement", finding.statement, finding.class],
    ["basis", finding.basis, finding.class],
    ["uncertainty", finding.uncertainty, "weighed"],
    ...finding.propositions.map((text) => ["propositions", text, "weighed"] as const),
    ...finding.alternatives.map((text) => ["alternatives", text, "weighed"] as const),
    ["contradicting evidence", finding.contradicting.text, "weighed"],
  ];
  return texts.flatMap(([field, text, of]) => lintWording(text, of).map((hit) => ({ ...hit, field })));
}

function listed(texts: readonly string[]): readonly string[] {
  return texts.map((text) => text.trim()).filter((text) => text !== "");
}

function checkLengths(draft: FindingDraft): void {
  const lists = [draft.propositions, draft.alternatives];
  const texts = [draft.statement, draft.basis, draft.uncertainty, draft.contradicting.text, ...lists.flat()];
  const tooLong =
    draft.title.length > MAX_TITLE_CHARACTERS ||
    texts.some((text) => text.length > MAX_TEXT_CHARACTERS) ||
    lists.some((list) => list.length > MAX_LIST_TEXTS);
  if (tooLong) {
    const expected = `a title of at most ${MAX_TITLE_CHARACTERS} and texts of at most ${MAX_TEXT_CHARACTERS} characters`;
    throw bad(`${expected}, lists of at most ${MAX_LIST_TEXTS}`, "a longer one");
  }
}

function checkEvents(events: readonly number[]): void {
  if (events.length > MAX_CITATIONS) throw bad(`at most ${MAX_CITATIONS} cited events`, String(events.length));
  const seen = new Set<number>();
  for (const seq of events) {
    if (seen.has(seq)) throw bad("each event cited once", `event ${seq} twice`);
    seen.add(seq);
  }
}

function bad(expected: string, found: string): Problem {
  const message = `recording the finding: expected ${expected}, got ${found}`;
  return new Problem("usage", "bad-finding", message, { expected, found });
}
