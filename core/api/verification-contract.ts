import { z } from "zod";

import { type TimeCoverage } from "../model/coverage.ts";
import { type Progress } from "../model/progress.ts";
import { type CopiesResult } from "../model/verdict.ts";
import { type KeptSelfTest, type SelfTestResult } from "../model/self-test.ts";
import { operation } from "./operation.ts";

/** Far more replicas of one log than anybody keeps. */
const MOST_COPIES = 50;

/** Proofs beyond those of one piece of evidence: of several copies, over time, and of the verifier itself. */
export const verificationOperations = {
  /** Verifies copies of one log and compares them; the copies of the answer are in the order of the grants. */
  "evidence.compare": operation<CopiesResult, Progress>()(
    z.strictObject({ grants: z.array(z.string().min(1).max(200)).min(2).max(MOST_COPIES) }),
  ),
  /** What is proven of an exhibit, and what is not, in equal stretches of recorded time. */
  "evidence.coverage": operation<TimeCoverage>()(
    z.strictObject({ exhibit: z.string().max(20), buckets: z.number().int().min(1).max(1_000) }),
  ),
  /** The last self-test of this build; null when there was none. */
  "selfTest.read": operation<KeptSelfTest | null>()(z.undefined()),
  /** Measures the verifier's errors on a seeded corpus, and keeps the sums for later reports. */
  "selfTest.run": operation<SelfTestResult, Progress>()(z.undefined()),
} as const;
