import { type ExaminerKeyRecord } from "./examiner-keys.ts";
import { type FindingClass } from "./finding.ts";
import { type ReportModel } from "./report.ts";
import { type BundleVerdict, type Check, type RowVerdict, type VerificationFinding } from "./verdict.ts";

/** What a package holds only where it is asked for: the report as a Word document, an in-toto statement about the package. */
export const PACKAGE_EXTRAS = ["docx", "in-toto"] as const;
export type PackageExtra = (typeof PACKAGE_EXTRAS)[number];

/** A findings package that is open for reading: what its verification says, and what it holds. Nothing in it is changed. */
export interface PackageView {
  /** Folder or file name. */
  readonly label: string;
  readonly verdict: BundleVerdict;
  /** The one sentence that says how it stands. */
  readonly summary: string;
  readonly checks: readonly Check[];
  readonly findings: readonly VerificationFinding[];
  readonly signer: PackageSigner | null;
  /** Null when findings.json is not one of ours; then only the checks can be shown. */
  readonly content: PackageContent | null;
  /** The report as a model; null for packages of versions that did not hold it, or when it is not one of ours. */
  readonly report: ReportModel | null;
  /** Entries of the journal in it, its head, and the files of the package. */
  readonly custody: { readonly entries: number; readonly head: string };
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Whether a time stamp can be added: the package is a folder. */
  readonly stampable: boolean;
}

export interface PackageSigner {
  readonly name: string;
  readonly fingerprint: string;
  /** Whether the person at the screen pinned this fingerprint, or the key is their own and was not lost. */
  readonly trusted: boolean;
  /** Set when it is a key of this user. */
  readonly own: ExaminerKeyRecord | null;
}

/** What a package says, read from findings.json and exhibits/index.json. */
export interface PackageContent {
  readonly caseId: string;
  readonly title: string;
  readonly reportId: string;
  /** RFC 3339, UTC. */
  readonly issuedAt: string;
  readonly draft: boolean;
  readonly evidence: readonly PackagedEvidence[];
  readonly findings: readonly PackagedFinding[];
  readonly exhibits: readonly PackagedExhibit[];
  readonly notVerified: readonly string[];
}

export interface PackagedEvidence {
  readonly id: string;
  readonly label: string;
  readonly byteLength: number;
  readonly sha256: string;
  readonly records: number;
  readonly verdict: BundleVerdict;
}

export interface PackagedFinding {
  readonly id: string;
  readonly title: string;
  readonly statement: string;
  readonly class: FindingClass;
  readonly basis: string;
  readonly uncertainty: string;
  readonly propositions: readonly string[];
  readonly alternatives: readonly string[];
  readonly strength: string;
  /** Items ("EX-00001") in the order of the report. */
  readonly items: readonly string[];
  readonly contradicting: { readonly text: string; readonly items: readonly string[] };
  readonly withdrawn: { readonly at: string; readonly reason: string } | null;
}

export interface PackagedExhibit {
  readonly item: string;
  /** Exhibit id of the evidence, and the place in it. */
  readonly evidence: string;
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly sha256: string;
  readonly leafHash: string;
  readonly timeRecorded: string | null;
  readonly principal: string | null;
  readonly action: string | null;
  readonly resource: string | null;
  readonly verdict: RowVerdict;
  /** Why the content is left out of this package; null when it is there. */
  readonly withheld: string | null;
}

/** A cited record as the package holds it. */
export interface PackagedRecord {
  readonly item: string;
  /** With everything invisible written out, cut at 64 KiB; null when it is withheld or missing. */
  readonly text: string | null;
  readonly bytes: number;
  /** SHA-256 of the bytes in the package; "" when there are none. */
  readonly sha256: string;
}
