/** How often the verifier was wrong about one kind of change. */
export interface SelfTestClass {
  readonly id: string;
  readonly what: string;
  /** `container`: archives that are refused whatever they hold. */
  readonly format: "sealed-log" | "container" | "cloudtrail";
  /** Changed evidence that came out better than the change allows, or without a finding. */
  readonly missed: number;
  readonly of: number;
  /** Unchanged evidence that was not verified without a finding. */
  readonly falseAlarms: number;
  readonly ofGood: number;
}

/** The verifier's errors on the corpus of one build. */
export interface SelfTestResult {
  readonly version: string;
  readonly classes: readonly SelfTestClass[];
  readonly seconds: number;
}

/** What a report prints of the self-test of the build that makes it. */
export interface KeptSelfTest {
  readonly build: string;
  /** RFC 3339. */
  readonly ranAt: string;
  readonly missed: number;
  readonly of: number;
  readonly falseAlarms: number;
  readonly ofGood: number;
}
