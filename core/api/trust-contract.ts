import { z } from "zod";

import { type Anchor } from "../model/anchor.ts";
import { operation } from "./operation.ts";

export type PinnedKind = "log-key" | "cloudtrail-key" | "witness-policy" | "time-authority" | "examiner";

/** Something that the examiner compared with its owner and trusts. */
export interface PinnedItem {
  readonly kind: PinnedKind;
  /** What `trust.remove` takes it back by: the key itself, or the digest of a certificate or policy. */
  readonly ref: string;
  /** What evidence calls it: key ids or fingerprints. */
  readonly ids: readonly string[];
  readonly name: string;
  /** How the examiner came to trust it. */
  readonly reason: string;
  /** RFC 3339, UTC. */
  readonly pinnedAt: string;
}

const reason = z.string().trim().min(1).max(20_000);

/** What this user trusts, and the signed states that were seen under it; kept outside any case. */
export const trustOperations = {
  /** Pins what a text is by its form: keys of logs and of CloudTrail, witness policies, certificates, fingerprints. */
  "trust.pin": operation<readonly PinnedItem[]>()(z.strictObject({ key: z.string().max(300_000), reason })),
  "trust.pinFile": operation<readonly PinnedItem[]>()(z.strictObject({ grant: z.string().min(1).max(200), reason })),
  "trust.remove": operation<readonly PinnedItem[]>()(z.strictObject({ ref: z.string().max(20_000), reason })),
  "anchors.list": operation<readonly Anchor[]>()(z.undefined()),
  /** Writes the signed states, verbatim, into a new folder: the exhibit of two histories that one key signed. */
  "anchors.export": operation<{ readonly files: number }>()(z.strictObject({ grant: z.string().min(1).max(200) })),
} as const;
