import { z } from "zod";

import {
  type AlertExplanation,
  type AlertPrincipal,
  type DetectionFlag,
  type DetectionState,
  type Explanation,
  type FittedRule,
  type RuleTrial,
} from "../model/detection.ts";
import { type EventRow } from "../model/event.ts";
import { type Progress } from "../model/progress.ts";
import { operation } from "./operation.ts";

/** Rules of the analyst's, as files with a name and a text. */
export interface OwnRules {
  readonly files: readonly { readonly file: string; readonly text: string }[];
  readonly onImport: boolean;
}

const seq = z.number().int().min(0);
const alert = z.number().int().min(1);
const rule = z.string().min(1).max(500);
const ruleText = z.string().max(1_000_000);

/** What rules say about events: results of a tool. */
export const detectionOperations = {
  /** The last run; null before the first. */
  "detection.read": operation<DetectionState | null>()(z.undefined()),
  /** Runs the shipped rules and those of the case. */
  "detection.run": operation<DetectionState, Progress>()(z.undefined()),
  /** Events of a rule or of an alert, in order of time. */
  "detection.events": operation<readonly EventRow[]>()(
    z.union([
      z.strictObject({ rule, start: seq, count: z.number().int().min(1).max(1_000) }),
      z.strictObject({ alert, start: seq, count: z.number().int().min(1).max(1_000) }),
    ]),
  ),
  /** Whose events each entry rests on: "rule:<id>" and "alert:<number>", with the principals of their events. */
  "detection.principals": operation<readonly AlertPrincipal[]>()(z.undefined()),
  "detection.explain": operation<Explanation>()(z.strictObject({ rule, seq })),
  /** Why an alert fired: what its correlation asks for, and where that was first met. */
  "detection.explainAlert": operation<AlertExplanation>()(z.strictObject({ alert })),
  /** Which of the rules below an alert fit events of it. */
  "detection.fittedRules": operation<readonly FittedRule[]>()(
    z.strictObject({ alert, seqs: z.array(seq).min(1).max(1_000) }),
  ),
  /** An empty reason hears of the rule again. Can be undone. */
  "detection.mute": operation<DetectionState | null>()(z.strictObject({ rule, reason: z.string().max(2_000) })),
  /** Moments for the time strip. */
  "detection.flags": operation<readonly DetectionFlag[]>()(z.undefined()),
  "detection.ownRules": operation<OwnRules>()(z.undefined()),
  /** Keeps rules in the case; an empty text takes the file away. Can be undone. */
  "detection.saveRules": operation<OwnRules>()(z.strictObject({ file: rule, text: ruleText })),
  "detection.setOnImport": operation<OwnRules>()(z.strictObject({ on: z.boolean() })),
  /** Whether the text's rules can run; with `count`, how much they would find now. */
  "detection.try": operation<RuleTrial>()(z.strictObject({ file: rule, text: ruleText, count: z.boolean() })),
  /** Writes a layer for the ATT&CK Navigator. */
  "detection.exportLayer": operation<{ readonly sha256: string }>()(
    z.strictObject({ grant: z.string().min(1).max(200) }),
  ),
} as const;
