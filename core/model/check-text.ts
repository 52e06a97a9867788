/** What a person reads about a check. */
export interface CheckText {
  readonly label: string;
  readonly what: string;
  readonly how: string;
  /** What a pass must not be taken for. */
  readonly notShown: string;
  /** Codes of the findings this check comes to. */
  readonly codes: readonly string[];
}
