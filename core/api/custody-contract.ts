import { z } from "zod";

import { type CustodyFinding } from "../casefile/custody-verify.ts";
import { type CustodyRegister } from "../model/custody-register.ts";
import { RECORDED_KINDS, type CustodyEntry } from "../model/custody.ts";
import { type CustodyVerdict } from "../model/verdict.ts";
import { operation } from "./operation.ts";

/** What a verification of a journal found. */
export interface JournalVerification {
  readonly verdict: CustodyVerdict;
  readonly entries: number;
  readonly head: string;
  readonly findings: readonly CustodyFinding[];
}

const position = z.number().int().min(0);

/** The diary of the open case. */
export const custodyOperations = {
  /** Entries that have all of `words`, in their order from `start` on; `total` counts these. */
  "custody.list": operation<{ readonly entries: readonly CustodyEntry[]; readonly total: number }>()(
    z.strictObject({
      start: position,
      count: z.number().int().min(1).max(1_000),
      words: z.string().max(200).default(""),
    }),
  ),
  /** The journal by what it is about: people, keys, exports. */
  "custody.register": operation<CustodyRegister>()(z.undefined()),
  /** Puts on record what a person did outside the program: a note, a technical review, a handover to `person`. */
  "custody.record": operation<CustodyEntry>()(
    z.strictObject({
      kind: z.enum(RECORDED_KINDS),
      text: z.string().min(1).max(20_000),
      person: z.string().max(500).default(""),
    }),
  ),
  /** What verification found before this session began. */
  "custody.found": operation<JournalVerification>()(z.undefined()),
  /** Verifies the journal as it is on the disk now. */
  "custody.verify": operation<JournalVerification>()(z.undefined()),
} as const;
