import { type Exhibit } from "../../../core/model/exhibit.ts";
import { type AttachmentResult } from "../../../core/model/attachment.ts";
import { type VerifyResult } from "../../../core/model/verdict.ts";
import { type Intake, useIntake } from "../../state/intake.ts";
import { useSession } from "../../state/session.ts";

/** What every verification comes to, whatever it is of. */
export type Judgement = Pick<VerifyResult, "verdict" | "checks" | "findings" | "keys">;

/** Evidence that the screen shows the verification of. */
export type Subject =
  | { readonly kind: "exhibit"; readonly label: string; readonly result: VerifyResult; readonly exhibit: Exhibit }
  | { readonly kind: "checked"; readonly label: string; readonly result: VerifyResult; readonly seconds: number };

/** What checks and keys are shown of: evidence, or a signature beside a file. */
export type AnySubject =
  Subject | { readonly kind: "attachment"; readonly label: string; readonly result: AttachmentResult };

/** Copies of one log that were compared. */
export type ComparedCopies = Extract<Intake, { state: "compared" }>;

/** A signature beside a file that was checked. */
export type CheckedAttachment = Extract<Intake, { state: "attached" }>;

export interface VerifyView {
  readonly intake: Intake;
  readonly exhibits: readonly Exhibit[];
  readonly subject: Subject | null;
  /** Compared copies, unless an exhibit was chosen since. */
  readonly copies: ComparedCopies | null;
  /** A checked attachment, unless an exhibit was chosen since. */
  readonly attached: CheckedAttachment | null;
}

const NONE: readonly Exhibit[] = [];

/** The chosen exhibit, or evidence that was only checked, or else the exhibit with the worst verdict first received. */
export function useVerifyView(): VerifyView {
  const intake = useIntake((state) => state.intake);
  const chosen = useIntake((state) => state.exhibit);
  const caseState = useSession((session) => session.caseState);
  const exhibits = caseState?.exhibits ?? NONE;
  const worst = exhibits.find((exhibit) => exhibit.verdict === caseState?.verdict);
  const exhibit = exhibits.find(({ id }) => id === chosen);
  const copies = exhibit === undefined && intake.state === "compared" ? intake : null;
  const attached = exhibit === undefined && intake.state === "attached" ? intake : null;
  const view = { intake, exhibits, copies, attached };
  if (exhibit) return { ...view, subject: ofExhibit(exhibit) };
  if (intake.state === "checked") return { ...view, subject: { kind: "checked", ...intake } };
  return { ...view, subject: worst && copies === null && attached === null ? ofExhibit(worst) : null };
}

function ofExhibit(exhibit: Exhibit): Subject {
  return { kind: "exhibit", label: exhibit.label, result: exhibit.verification, exhibit };
}
