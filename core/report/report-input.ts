import { type EventProof } from "../casefile/event-proof.ts";
import { type IdentitiesOfEvents } from "../identity/of-events.ts";
import { type CaseDetails } from "../model/case-details.ts";
import { type CustodyEntry } from "../model/custody.ts";
import { type DetectionState } from "../model/detection.ts";
import { type EventRow } from "../model/event.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { type Finding } from "../model/finding.ts";
import { type ClockOffset } from "../model/triage.ts";
import { type CustodyVerdict } from "../model/verdict.ts";
import { type StoryboardPage } from "../replay/storyboard.ts";
import { type CaseMeasures } from "./case-measures.ts";

/** Everything a report says, read from a case at one moment. Assembling it computes and asks nothing more. */
export interface ReportInput {
  readonly details: CaseDetails;
  /** 1 for the first report of the case; each exported one counts. */
  readonly revision: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly issuedAt: string;
  /** IANA name of the zone the examiner works in. */
  readonly timeZone: string;
  readonly exhibits: readonly Exhibit[];
  readonly findings: readonly Finding[];
  /** The records cited by findings that are not withdrawn, in order of their item names. */
  readonly items: readonly CitedItem[];
  readonly custody: CustodySummary;
  readonly measures: CaseMeasures;
  /** Behind the cited records. */
  readonly identities: IdentitiesOfEvents;
  /** Corrections of clocks, as a view: no recorded time is changed by them. */
  readonly clockOffsets: readonly ClockOffset[];
  /** The story as it was kept, a page a chapter. */
  readonly storyboard: readonly StoryboardPage[];
  /** The last run of the rules; null when none was. */
  readonly detections: DetectionState | null;
  /** Why the examiner keeps wording that the lint would have put differently; null where nothing is kept. */
  readonly wordingKept: string | null;
  /** The self-test of this build, or null when it was not run for this report. */
  readonly selfTest: SelfTestSummary | null;
  /** Who signs; null while no key is at hand, as in a preview. */
  readonly signer: { readonly name: string; readonly fingerprint: string } | null;
  readonly program: { readonly version: string; readonly build: string; readonly platform: string };
}

/** A cited record, read again from evidence and hashed again for this report. */
export interface CitedItem {
  /** "EX-00001" */
  readonly item: string;
  readonly row: EventRow;
  readonly record: Uint8Array;
  /** Lower-case hex: SHA-256 of the record, and of 0x00 ‖ record. */
  readonly sha256: string;
  readonly leafHash: string;
  readonly proof: EventProof;
  /** Set when the content is left out of this package: why, and whether it could be guessed from its digest. */
  readonly withheld: { readonly reason: string; readonly guessable: boolean } | null;
}

/** How often the verifier was wrong on the corpus that it makes for itself. */
export interface SelfTestSummary {
  /** RFC 3339, UTC. */
  readonly ranAt: string;
  readonly missed: number;
  readonly of: number;
  readonly falseAlarms: number;
  readonly ofGood: number;
}

export interface CustodySummary {
  readonly entries: readonly CustodyEntry[];
  readonly head: string;
  readonly verdict: CustodyVerdict;
  readonly findings: readonly string[];
}
