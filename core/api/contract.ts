import { z } from "zod";

import { caseDetailsShape } from "../casefile/case-details-shape.ts";
import { type CaseDetails } from "../model/case-details.ts";
import { type Exhibit, type ImportResult } from "../model/exhibit.ts";
import { STRENGTH_SCALE, type Finding } from "../model/finding.ts";
import { PACKAGE_EXTRAS } from "../model/findings-package.ts";
import { type Progress } from "../model/progress.ts";
import { type ProofView } from "../model/proof-view.ts";
import { type ReportModel } from "../model/report.ts";
import { type EventDetail } from "../model/timeline.ts";
import { type BundleVerdict, type VerifyResult } from "../model/verdict.ts";
import { custodyOperations } from "./custody-contract.ts";
import { detectionOperations } from "./detection-contract.ts";
import { identityOperations } from "./identity-contract.ts";
import { importOperations, lookNumber, mappingText } from "./import-contract.ts";
import { keysOperations } from "./keys-contract.ts";
import { operation } from "./operation.ts";
import { packageOperations } from "./package-contract.ts";
import { replayOperations } from "./replay-contract.ts";
import { timelineOperations } from "./timeline-contract.ts";
import { triageOperations } from "./triage-contract.ts";
import { trustOperations, type PinnedItem } from "./trust-contract.ts";
import { verificationOperations } from "./verification-contract.ts";

/** What a window shows before any case is open. */
export interface HomeState {
  readonly version: string;
  /** SHA-256 of the running build, or "development". */
  readonly build: string;
  readonly recent: readonly RecentCase[];
  readonly pinned: readonly PinnedItem[];
  readonly examiner: ExaminerState;
}

export interface RecentCase {
  readonly id: string;
  readonly title: string;
  /** Folder name, never the full path. */
  readonly label: string;
  readonly verdict: BundleVerdict | null;
  readonly events: number;
  readonly findings: number;
  readonly openedAt: string;
  /** False when the folder is no longer there. */
  readonly present: boolean;
}

export interface ExaminerState {
  /** No key yet, a key that needs its passphrase, or ready to sign. */
  readonly state: "absent" | "locked" | "ready";
  readonly name: string;
  /** SHA-256 fingerprint of the certificate, hex; empty when absent. */
  readonly fingerprint: string;
  /** Whether it stays on a token: what unlocks it is then the token's PIN. */
  readonly onToken: boolean;
}

export interface CaseState {
  /** Folder name, such as "NG-2026-117.assay". */
  readonly label: string;
  readonly details: CaseDetails;
  readonly exhibits: readonly Exhibit[];
  readonly events: number;
  readonly undated: number;
  readonly problems: number;
  readonly findings: number;
  /** The worst verdict of all exhibits; null while there is none. */
  readonly verdict: BundleVerdict | null;
  readonly custody: {
    readonly entries: number;
    readonly head: string;
    readonly endorsed: boolean;
    /** Whether the journal had been altered when the case was opened (`custody.found`). */
    readonly altered: boolean;
  };
  readonly revision: number;
}

export interface ReportExport {
  readonly fingerprint: string;
  readonly sha256sums: string;
  readonly files: number;
  readonly draft: boolean;
}

const grant = z.string().min(1).max(200);
const text = z.string().max(20_000);
const shortText = z.string().max(500);
const seq = z.number().int().min(0);

const findingDraft = z.strictObject({
  title: shortText.min(1),
  statement: text.min(1),
  class: z.enum(["fact", "tool-result", "opinion"]),
  events: z.array(seq).min(1).max(10_000),
  basis: text,
  uncertainty: text,
  propositions: z.array(text).max(20),
  alternatives: z.array(text).max(20),
  strength: z.enum(["", ...STRENGTH_SCALE]),
  contradicting: z.strictObject({ text, events: z.array(seq).max(10_000) }).default({ text: "", events: [] }),
});

/** Every operation of the case worker. A new one is an entry here and a line in handlers.ts. */
export const contract = {
  "home.read": operation<HomeState>()(z.undefined()),
  "home.forgetRecent": operation<HomeState>()(z.strictObject({ id: z.string().max(200) })),
  "examiner.create": operation<ExaminerState>()(
    z.strictObject({ name: shortText.min(1), passphrase: z.string().max(1_000).nullable() }),
  ),
  "examiner.unlock": operation<ExaminerState>()(z.strictObject({ passphrase: z.string().max(1_000) })),

  "case.create": operation<CaseState>()(z.strictObject({ grant })),
  "case.open": operation<CaseState>()(
    z.union([z.strictObject({ grant }), z.strictObject({ recent: z.string().max(200) })]),
  ),
  /** Builds the sample case (intact bundle and its altered twin) if it is not there, and opens it. */
  "case.openSample": operation<CaseState, Progress>()(z.strictObject({ reset: z.boolean() })),

  "case.read": operation<CaseState>()(z.undefined()),
  "case.setDetails": operation<CaseState>()(z.strictObject({ details: caseDetailsShape })),
  "case.close": operation<HomeState>()(z.undefined()),

  "evidence.verify": operation<VerifyResult, Progress>()(z.strictObject({ grant })),
  "evidence.import": operation<ImportResult, Progress>()(
    z.union([
      z.strictObject({ grant }),
      /** What was looked at, by a mapping of the examiner's where there is one. */
      z.strictObject({ look: lookNumber, mapping: mappingText.optional() }),
    ]),
  ),
  /** Verifies the exhibit again: its original, which must still be where it was read from. */
  "evidence.reverify": operation<VerifyResult, Progress>()(z.strictObject({ exhibit: z.string().max(20) })),
  /** Saves what was verified last and is in no case, also when it was refused; a PDF for a name that ends so. */
  "evidence.saveLast": operation<{ readonly sha256: string }>()(z.strictObject({ grant })),
  "evidence.saveReport": operation<{ readonly sha256: string }>()(
    z.strictObject({ exhibit: z.string().max(20), grant }),
  ),

  ...trustOperations,
  ...verificationOperations,
  ...importOperations,
  ...timelineOperations,
  ...triageOperations,
  ...detectionOperations,
  ...identityOperations,
  ...replayOperations,
  ...keysOperations,
  ...packageOperations,
  ...custodyOperations,

  "event.read": operation<EventDetail>()(z.strictObject({ seq })),
  /** Re-reads the record from evidence and walks its proof again, every time it is asked. */
  "event.prove": operation<ProofView>()(z.strictObject({ seq })),

  "finding.list": operation<readonly Finding[]>()(z.undefined()),
  "finding.add": operation<Finding>()(z.strictObject({ finding: findingDraft })),
  "finding.update": operation<Finding>()(z.strictObject({ id: z.string().max(20), finding: findingDraft })),
  "finding.withdraw": operation<Finding>()(z.strictObject({ id: z.string().max(20), reason: text.min(1) })),

  "report.preview": operation<ReportModel, Progress>()(z.undefined()),
  "report.export": operation<ReportExport, Progress>()(
    z.strictObject({
      grant,
      final: z.boolean(),
      wordingKept: text.min(1).nullable(),
      /** Cited records whose content is left out, each for a reason. */
      redactions: z
        .array(z.strictObject({ item: z.string().max(20), reason: text.min(1) }))
        .max(10_000)
        .default([]),
      /** age recipients; the target's name then ends in .zip.age. */
      recipients: z.array(z.string().max(2_000)).max(100).default([]),
      extras: z.array(z.enum(PACKAGE_EXTRAS)).default([]),
    }),
  ),
} as const;

/** Facts the worker pushes unasked. */
export interface Events {
  readonly "case.changed": { readonly revision: number };
  /** Entries were added to the custody journal of the open case, which need not have changed otherwise. */
  readonly "custody.appended": { readonly entries: number; readonly head: string };
}

export type Contract = typeof contract;
export type OperationName = keyof Contract;
export type InputOf<N extends OperationName> = z.input<Contract[N]["input"]>;
export type ParsedOf<N extends OperationName> = z.output<Contract[N]["input"]>;
export type OutputOf<N extends OperationName> =
  NonNullable<Contract[N]["output"]> | Extract<Contract[N]["output"], null>;
export type ProgressOf<N extends OperationName> = NonNullable<Contract[N]["progress"]>;
