import { type RowVerdict } from "./verdict.ts";

/** `fact` the records say it · `tool-result` a check or rule computed it · `opinion` a person weighs it. */
export type FindingClass = "fact" | "tool-result" | "opinion";

export const STRENGTH_SCALE = [
  "no support",
  "weak support",
  "moderate support",
  "strong support",
  "very strong support",
] as const;
export type Strength = (typeof STRENGTH_SCALE)[number];

/** What a person gives to make or change a finding. */
export interface FindingDraft {
  readonly title: string;
  readonly statement: string;
  readonly class: FindingClass;
  /** Events to cite, by seq, in the order the report shows them. */
  readonly events: readonly number[];
  readonly basis: string;
  readonly uncertainty: string;
  readonly propositions: readonly string[];
  readonly alternatives: readonly string[];
  readonly strength: Strength | "";
  readonly contradicting: {
    /** What speaks against the statement, or that it was looked for and how. */
    readonly text: string;
    /** The events that do, by seq. */
    readonly events: readonly number[];
  };
}

/** A record cited by a finding, fixed at the moment of citing. */
export interface Citation {
  readonly seq: number;
  /** "EX-00001", case-wide, in order of first citing. */
  readonly exhibitItem: string;
  /** SHA-256 of the record's bytes, lower-case hex. */
  readonly sha256: string;
  /** Leaf hash SHA-256(0x00 ‖ record), lower-case hex. */
  readonly leafHash: string;
  readonly verdict: RowVerdict;
}

/** What speaks against a finding, as the examiner found it; no text and no records where nothing was stated. */
export interface Contradiction {
  readonly text: string;
  readonly citations: readonly Citation[];
}

/** A statement of the examiner that cites records. */
export interface Finding {
  /** "F-0001" … */
  readonly id: string;
  readonly title: string;
  readonly statement: string;
  readonly class: FindingClass;
  readonly citations: readonly Citation[];
  readonly basis: string;
  readonly uncertainty: string;
  readonly propositions: readonly string[];
  readonly alternatives: readonly string[];
  readonly strength: Strength | "";
  readonly contradicting: Contradiction;
  readonly createdAt: string;
  /** Set once the finding is withdrawn; a withdrawn finding stays visible. */
  readonly withdrawn: { readonly at: string; readonly reason: string } | null;
}

/** A finding of which nothing is given yet. */
export const EMPTY_FINDING_DRAFT: FindingDraft = {
  title: "",
  statement: "",
  class: "fact",
  events: [],
  basis: "",
  uncertainty: "",
  propositions: [],
  alternatives: [],
  strength: "",
  contradicting: { text: "", events: [] },
};

/** The content of a finding as it was given, for changing it. */
export function draftOfFinding(finding: Finding): FindingDraft {
  const { title, statement, basis, uncertainty, propositions, alternatives, strength } = finding;
  const { citations, contradicting } = finding;
  return {
    title,
    statement,
    class: finding.class,
    events: citations.map(({ seq }) => seq),
    basis,
    uncertainty,
    propositions,
    alternatives,
    strength,
    contradicting: { text: contradicting.text, events: contradicting.citations.map(({ seq }) => seq) },
  };
}
