import { z } from "zod";

import { type ReplayScript } from "../model/replay.ts";
import { operation } from "./operation.ts";

/** The incident as the kept records tell it. */
export const replayOperations = {
  "replay.read": operation<ReplayScript>()(z.undefined()),
  /** Puts the frame of a step, named by its first record, into the report, or takes it out. */
  "replay.frame": operation<null>()(z.strictObject({ seq: z.number().int().min(0), present: z.boolean() })),
  /** Writes a page that plays by itself. */
  "replay.export": operation<{ readonly sha256: string; readonly steps: number }>()(
    z.strictObject({ grant: z.string().min(1).max(200) }),
  ),
} as const;
