import { type FindingClass, type Strength } from "../model/finding.ts";

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
}
