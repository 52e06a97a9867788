/** How often the verifier was wrong about one kind of change. */
export interface SelfTestClass {
  readonly id: string;
  readonly what: string;
  readonly format: "sealed-log" | "cloudtrail";
  /** Changed evidence that came out better than the change allows, or without a finding. */
  readonly missed: number;
  readonly of: number;
  /** Unchanged evidence that was not verified without a finding. */
  readonly falseAlarms: number;
  readonly ofGood: number;
}
