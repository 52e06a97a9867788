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
  /** At most one statement for each exhibit. */
  readonly provenance: readonly ExhibitProvenance[];
  readonly report: ReportChoices;
}

/** How a piece of evidence came to the examiner. */
export interface ExhibitProvenance {
  /** Exhibit id, such as "X-1". */
  readonly exhibit: string;
  readonly receivedFrom: string;
  /** The way it travelled: medium, transfer, receipt. */
  readonly receivedHow: string;
  /** SHA-256 that was taken at the source, lower-case hex; empty when none was supplied. */
  readonly digestAtSource: string;
}

/**
 * `fre-902` US Federal Rules of Evidence 902(13), 902(14) and 28 USC 1746 · `crimpr-19` England and Wales, CrimPR 19.4 ·
 * `fsr-code` the Forensic Science Regulator's Code there · `bsa-63` India, Bharatiya Sakshya Adhiniyam 2023, section 63(4).
 */
export const JURISDICTIONS = ["fre-902", "crimpr-19", "fsr-code", "bsa-63"] as const;
export type Jurisdiction = (typeof JURISDICTIONS)[number];

/** Control frameworks that a report can be mapped to. */
export const FRAMEWORKS = ["soc-2", "iso-27001", "nist-800-53", "pci-dss", "nist-csf"] as const;
export type Framework = (typeof FRAMEWORKS)[number];

/** Languages that the headings of a report can have; its sentences are English. */
export const HEADING_LANGUAGES = ["en", "de", "fr", "es"] as const;
export type HeadingLanguage = (typeof HEADING_LANGUAGES)[number];

/** The sixteen sections of a report, in order. */
export const SECTION_KEYS = [
  "identification",
  "instruction",
  "examiner",
  "evidence",
  "verification",
  "completeness",
  "method",
  "findings",
  "identities",
  "timeline",
  "limitations",
  "conclusions",
  "exhibits",
  "custody",
  "how-to-verify",
  "compliance",
] as const;
export type SectionKey = (typeof SECTION_KEYS)[number];

/** Number of a section in every report, from 1, whatever its heading is. */
export function sectionNumber(key: SectionKey): number {
  return SECTION_KEYS.indexOf(key) + 1;
}

/** What the examiner chose for the report. */
export interface ReportChoices {
  /** Drafts of certificates and declarations to put into the package. */
  readonly jurisdictions: readonly Jurisdiction[];
  readonly frameworks: readonly Framework[];
  /** Printed at the head of every page; empty for none. */
  readonly organisation: string;
  readonly headings: HeadingLanguage;
  /** Headings in the examiner's own words, which take the place of those of the language. */
  readonly ownHeadings: Readonly<Partial<Record<SectionKey, string>>>;
  /** Where the fingerprint of the signing key was published, out of band; empty when nowhere. */
  readonly fingerprintPublished: string;
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
  provenance: [],
  report: {
    jurisdictions: [],
    frameworks: [],
    organisation: "",
    headings: "en",
    ownHeadings: {},
    fingerprintPublished: "",
  },
};
