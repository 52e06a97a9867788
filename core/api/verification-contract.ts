import { z } from "zod";

import { type AttachmentResult } from "../model/attachment.ts";
import { type TimeCoverage } from "../model/coverage.ts";
import { type Progress } from "../model/progress.ts";
import { type CopiesResult } from "../model/verdict.ts";
import { type KeptSelfTest, type SelfTestResult } from "../model/self-test.ts";
import { operation } from "./operation.ts";

/** Far more replicas of one log than anybody keeps. */
const MOST_COPIES = 50;
/** Each may be a list of keys itself. */
const MOST_KEY_FILES = 50;

const grant = z.string().min(1).max(200);
const name = z.string().trim().min(1).max(2_000);

/** Proofs beyond those of one piece of evidence: of several copies, over time, and of the verifier itself. */
export const verificationOperations = {
  /** Verifies copies of one log and compares them; the copies of the answer are in the order of the grants. */
  "evidence.compare": operation<CopiesResult, Progress>()(
    z.strictObject({ grants: z.array(grant).min(2).max(MOST_COPIES) }),
  ),
  /** Judges a signature that lies beside a file, by what the examiner gives and what is pinned; it goes into no case. */
  "attachment.verify": operation<AttachmentResult>()(
    z.strictObject({
      attachment: grant,
      /** Null for an attachment that carries its content. */
      over: grant.nullable(),
      keys: z.array(grant).max(MOST_KEY_FILES),
      trustedRoot: grant.nullable(),
      identity: z.strictObject({ subject: name, issuer: name }).nullable(),
    }),
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
