/**
 * What a human states about a case: who asked what, and who examined. Texts are verbatim; an empty text means
 * "not given", and the report lists it.
 */
export interface CaseDetails {
  readonly caseId: string;
  readonly title: string;
  readonly classification: string;
  readonly requestedBy: string;
  /** The questions asked, verbatim. */
  readonly questions: readonly string[];
  readonly authority: string;
  readonly scopeIn: string;
  readonly scopeOut: string;
  readonly examiner: {
    readonly name: string;
    readonly role: string;
    readonly employer: string;
    readonly qualifications: string;
    readonly conflictStatement: string;
    /** What the examiner did, and what others did. */
    readonly ownPart: string;
  };
  /** Technical reviewer and date, or empty for "not reviewed". */
  readonly reviewer: string;
}

export const EMPTY_CASE_DETAILS: CaseDetails = {
  caseId: "",
  title: "",
  classification: "",
  requestedBy: "",
  questions: [],
  authority: "",
  scopeIn: "",
  scopeOut: "",
  examiner: { name: "", role: "", employer: "", qualifications: "", conflictStatement: "", ownPart: "" },
  reviewer: "",
};
