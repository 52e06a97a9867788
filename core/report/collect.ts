import { platformHash } from "../bundle/platform-crypto.ts";
import { type CaseFile } from "../casefile/case-file.ts";
import { verifyCustody } from "../casefile/custody-verify.ts";
import { EventProofs } from "../casefile/event-proof.ts";
import { assertRowsOfRecords } from "../casefile/rows-of-records.ts";
import { readDetections } from "../detection/detection-store.ts";
import { formatHex } from "../encoding/bytes.ts";
import { readFindings } from "../findings/finding-table.ts";
import { identitiesOfEvents } from "../identity/of-events.ts";
import { resolveIdentities } from "../identity/resolve.ts";
import { leafHash } from "../merkle/hash.ts";
import { present } from "../model/assert.ts";
import { type CustodyEntry } from "../model/custody.ts";
import { type EventRow } from "../model/event.ts";
import { type Citation, type Finding } from "../model/finding.ts";
import { Problem } from "../model/problem.ts";
import { readReplay } from "../replay/read-replay.ts";
import { storyboardOf } from "../replay/storyboard.ts";
import { readClockOffsets } from "../triage/clock-offsets.ts";
import { readEvents } from "../timeline/rows.ts";
import { measureCase } from "./case-measures.ts";
import { hexDigest } from "./hex-digest.ts";
import { importedByOthers } from "./import-version.ts";
import { type CitedItem, type CustodySummary, type ReportInput } from "./report-input.ts";

/** What a report needs of the journal of an open case. */
export interface ReadableJournal {
  readonly length: number;
  entries(start: number, count: number): Promise<readonly CustodyEntry[]>;
  bytes(): Promise<Uint8Array>;
}

/** What only the caller knows: time and zone, who signs, and which program this is. */
export type ReportContext = Pick<
  ReportInput,
  "issuedAt" | "timeZone" | "signer" | "program" | "selfTest" | "wordingKept"
>;

/**
 * Reads a case for a report. Every cited record is read from evidence, hashed and mapped again: one that is not the record
 * that was cited stops the report, and so does a row that holds something else than its record. Throws
 * `working-copy-altered`, `citation-altered` and `row-altered` (refused), `working-copy-missing` (machine).
 */
export async function collectReport(
  caseFile: CaseFile,
  journal: ReadableJournal,
  context: ReportContext,
): Promise<ReportInput> {
  const findings = await readFindings(caseFile);
  await resolveIdentities(caseFile);
  const custody = await summaryOf(journal);
  const others = importedByOthers(caseFile.exhibits, custody.entries, context.program.version);
  const items = await collectItems(caseFile, findings, others);
  return {
    ...context,
    details: await caseFile.details(),
    revision:
      1 +
      custody.entries.filter((entry) => entry.action === "package.exported" || entry.action === "package.redacted")
        .length,
    exhibits: caseFile.exhibits,
    findings,
    items,
    custody,
    measures: await measureCase(caseFile),
    identities: await identitiesOfEvents(
      caseFile,
      items.map((item) => item.row.seq),
    ),
    clockOffsets: await readClockOffsets(caseFile),
    storyboard: storyboardOf(await readReplay(caseFile)),
    detections: await readDetections(caseFile),
  };
}

/** Records that are located and read together. */
const READ_AT_ONCE = 500;

async function summaryOf(journal: ReadableJournal): Promise<CustodySummary> {
  const { head, verdict, findings } = await verifyCustody(await journal.bytes());
  return {
    entries: await journal.entries(0, journal.length),
    head,
    verdict,
    findings: findings.map((finding) => `line ${finding.line}: ${finding.message}`),
  };
}

/** The rows of exhibits that `others` names are not compared with their records. */
async function collectItems(
  caseFile: CaseFile,
  findings: readonly Finding[],
  others: ReadonlySet<string>,
): Promise<readonly CitedItem[]> {
  const citations = new Map<string, Citation>();
  for (const finding of findings) {
    if (finding.withdrawn !== null) continue;
    const { contradicting } = finding;
    for (const citation of [...finding.citations, ...contradicting.citations]) {
      citations.set(citation.exhibitItem, citation);
    }
  }
  const ordered = [...citations.values()].sort((left, right) => compareItems(left.exhibitItem, right.exhibitItem));
  const proofs = new EventProofs(caseFile);
  const items: CitedItem[] = [];
  for (let start = 0; start < ordered.length; start += READ_AT_ONCE) {
    const page = ordered.slice(start, start + READ_AT_ONCE);
    const seqs = page.map((citation) => citation.seq);
    const rows = await readEvents(caseFile, seqs);
    const records = await caseFile.readRecords(seqs);
    const compared = rows.flatMap(({ seq, exhibit }) => (others.has(exhibit) ? [] : [seq]));
    if (compared.length > 0) await assertRowsOfRecords(caseFile, compared);
    for (const [index, citation] of page.entries()) {
      const row = present(rows[index], "every cited event has a row");
      const record = present(records[index], "every cited event has a record");
      items.push(await collectItem(citation, row, record, proofs));
    }
  }
  return items;
}

async function collectItem(
  citation: Citation,
  row: EventRow,
  record: Uint8Array,
  proofs: EventProofs,
): Promise<CitedItem> {
  const sha256 = hexDigest(record);
  const leaf = formatHex(leafHash(platformHash, record));
  if (sha256 !== citation.sha256) {
    throw new Problem(
      "refused",
      "citation-altered",
      `event ${citation.seq} is not the record that was cited as ${citation.exhibitItem}`,
      { file: row.file, offset: row.offset, expected: citation.sha256, found: sha256 },
    );
  }
  return {
    item: citation.exhibitItem,
    row,
    record,
    sha256,
    leafHash: leaf,
    proof: await proofs.prove(citation.seq),
    withheld: null,
  };
}

/** "EX-00002" before "EX-100000": shorter first, then by digits. */
function compareItems(left: string, right: string): number {
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
}
