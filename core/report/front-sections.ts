import { type ReportBlock } from "../model/report.ts";
import { type ReportInput } from "./report-input.ts";
import { given } from "./report-values.ts";

/** 1 Identification. */
export function identification(input: ReportInput): readonly ReportBlock[] {
  const { details, revision } = input;
  return [
    {
      kind: "fields",
      rows: [
        { label: "Case", value: given(details.caseId) },
        { label: "Title", value: given(details.title) },
        { label: "Report", value: `R${revision}` },
        { label: "Supersedes", value: revision === 1 ? "none" : `R${revision - 1}` },
        { label: "Issued", value: issued(input) },
        { label: "Classification", value: given(details.classification) },
      ],
    },
  ];
}

function issued({ issuedAt, timeZone }: ReportInput): string {
  return timeZone === "UTC" ? `${issuedAt} (UTC)` : `${issuedAt} (UTC), ${localTime(issuedAt, timeZone)}`;
}

function localTime(issuedAt: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    dateStyle: "medium",
    timeStyle: "long",
  });
  return `${parts.format(new Date(issuedAt))} in ${timeZone}`;
}

/** 2 Instruction and authority. */
export function instruction({ details }: ReportInput): readonly ReportBlock[] {
  return [
    {
      kind: "fields",
      rows: [
        { label: "Requested by", value: given(details.requestedBy) },
        { label: "Authority", value: given(details.authority) },
        { label: "In scope", value: given(details.scopeIn) },
        { label: "Out of scope", value: given(details.scopeOut) },
      ],
    },
    { kind: "heading", text: "Questions asked, verbatim" },
    details.questions.length === 0
      ? { kind: "paragraph", text: "No question was recorded in the case." }
      : { kind: "list", items: details.questions },
  ];
}

/** 3 Examiner. */
export function examiner({ details, signer }: ReportInput): readonly ReportBlock[] {
  const person = details.examiner;
  return [
    {
      kind: "fields",
      rows: [
        { label: "Name", value: given(person.name) },
        { label: "Role", value: given(person.role) },
        { label: "Employer", value: given(person.employer) },
        { label: "Qualifications", value: given(person.qualifications) },
        { label: "Conflicts", value: given(person.conflictStatement) },
        { label: "Own part", value: given(person.ownPart) },
        { label: "Technical review", value: details.reviewer.trim() === "" ? "not reviewed" : details.reviewer },
        { label: "Signing key", value: signer === null ? "none yet: this is a preview" : signer.name },
        { label: "Fingerprint", value: signer === null ? "none yet" : signer.fingerprint, mono: true },
      ],
    },
  ];
}
