import { type Exhibit } from "../../../core/model/exhibit.ts";
import { type VerifyResult } from "../../../core/model/verdict.ts";
import { type Intake, useIntake } from "../../state/intake.ts";
import { useSession } from "../../state/session.ts";

/** What the screen shows the verification of. */
export type Subject =
  | { readonly kind: "exhibit"; readonly label: string; readonly result: VerifyResult; readonly exhibit: Exhibit }
  | { readonly kind: "checked"; readonly label: string; readonly result: VerifyResult; readonly seconds: number };

/** Copies of one log that were compared. */
export type ComparedCopies = Extract<Intake, { state: "compared" }>;

export interface VerifyView {
  readonly intake: Intake;
  readonly exhibits: readonly Exhibit[];
  readonly subject: Subject | null;
  /** Compared copies, unless an exhibit was chosen since. */
  readonly copies: ComparedCopies | null;
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
  if (exhibit) return { intake, exhibits, copies, subject: ofExhibit(exhibit) };
  if (intake.state === "checked") return { intake, exhibits, copies, subject: { kind: "checked", ...intake } };
  return { intake, exhibits, copies, subject: worst && copies === null ? ofExhibit(worst) : null };
}

function ofExhibit(exhibit: Exhibit): Subject {
  return { kind: "exhibit", label: exhibit.label, result: exhibit.verification, exhibit };
}
