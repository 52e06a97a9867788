import { z } from "zod";

import { type IdentityCard } from "../model/identity-card.ts";
import { type Handover, type IdentityGraph, type IdentityState, type Principal } from "../model/identity.ts";
import { type Progress } from "../model/progress.ts";
import { operation } from "./operation.ts";

const ref = z.string().min(1).max(2_100);
const reason = z.string().trim().min(1).max(20_000);

/** Who acted: principals, the links between them, and what the analyst decided about them. */
export const identityOperations = {
  "identity.state": operation<IdentityState>()(z.undefined()),
  /** Brings identities up to the evidence and the decisions; done at once when they are. */
  "identity.resolve": operation<IdentityState, Progress>()(z.undefined()),
  /** `accounts` leaves out credentials, sessions and names alone. Most events first, at most 500. */
  "identity.list": operation<{ readonly principals: readonly Principal[]; readonly total: number }>()(
    z.strictObject({ text: z.string().max(500), scope: z.enum(["accounts", "all"]) }),
  ),
  "identity.card": operation<IdentityCard>()(z.strictObject({ id: ref })),
  "identity.graph": operation<IdentityGraph>()(z.strictObject({ id: ref })),
  /** What an event was done with, and whom that counts as. */
  "identity.ofEvent": operation<readonly Principal[]>()(z.strictObject({ seq: z.number().int().min(0) })),
  /** Where power went between principals as records name them; nothing before identities were resolved. */
  "identity.handovers": operation<readonly Handover[]>()(
    z.strictObject({ names: z.array(z.string().max(2_100)).max(40) }),
  ),
  /** An act that can be undone, with its reason in the custody journal. */
  "identity.decide": operation<IdentityState>()(
    z.discriminatedUnion("verdict", [
      z.strictObject({ verdict: z.enum(["accept", "reject"]), link: ref, reason }),
      z.strictObject({ verdict: z.literal("split"), name: ref, reason }),
      z.strictObject({ verdict: z.literal("merge"), name: ref, other: ref, reason }),
    ]),
  ),
} as const;
