import { create } from "zustand";

import { type Failure } from "../../core/api/failure.ts";
import { type AttachmentResult } from "../../core/model/attachment.ts";
import { type ImportResult } from "../../core/model/exhibit.ts";
import { type Progress } from "../../core/model/progress.ts";
import { type CopiesResult, type VerifyResult } from "../../core/model/verdict.ts";

/** What is done with evidence: brought into the case, only checked, an exhibit checked again, copies compared, an attachment checked. */
export type IntakeMode = "import" | "verify" | "reverify" | "compare" | "attachment";

/** The piece of evidence that is being worked on, or the last one. */
export type Intake =
  | { readonly state: "idle" }
  | {
      readonly state: "working";
      readonly mode: IntakeMode;
      readonly label: string;
      readonly progress: Progress | null;
      readonly startedAt: number;
      readonly cancel: () => void;
    }
  | { readonly state: "checked"; readonly label: string; readonly result: VerifyResult; readonly seconds: number }
  | {
      readonly state: "compared";
      readonly labels: readonly string[];
      readonly result: CopiesResult;
      readonly seconds: number;
    }
  | { readonly state: "attached"; readonly label: string; readonly result: AttachmentResult; readonly seconds: number }
  | { readonly state: "imported"; readonly label: string; readonly result: ImportResult }
  | { readonly state: "failed"; readonly mode: IntakeMode; readonly label: string; readonly failure: Failure };

interface IntakeStore {
  readonly intake: Intake;
  /** The exhibit the Verify screen shows; null follows the intake. */
  readonly exhibit: string | null;
  /** The check that is open, by name; null opens the worst one. */
  readonly check: string | null;
  /** The copy that is open among compared ones, by position; null opens the first that is worst. */
  readonly copy: number | null;
}

export const useIntake = create<IntakeStore>(() => ({
  intake: { state: "idle" },
  exhibit: null,
  check: null,
  copy: null,
}));
