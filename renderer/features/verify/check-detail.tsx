import { Button } from "@mantine/core";
import { IconTimeline } from "@tabler/icons-react";

import { textsOf } from "../../../core/model/check-texts.ts";
import { recordsText } from "../../../core/model/record-ranges.ts";
import { type Check, type EvidenceLocation, type VerificationFinding } from "../../../core/model/verdict.ts";
import { showScreen } from "../../state/session.ts";
import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { clearQuery, useTimeline } from "../../state/timeline.ts";
import { Compare } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { count, counted } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { VerdictBadge, VerdictIcon } from "../../ui/verdict-badge.tsx";
import { findingsOf, shownVerdict } from "./check-order.ts";
import { type AnySubject } from "./subject.ts";

/** Findings drawn for one check; the rest are in the saved report, and their number is shown. */
const SHOWN_FINDINGS = 50;

/** What was checked, how, and what came of it. */
export function CheckDetail({ subject, check }: { readonly subject: AnySubject; readonly check: Check | null }) {
  if (!check) return <section className="panel" />;
  const texts = textsOf(check.name);
  const findings = findingsOf(subject.result, check);
  return (
    <section className="panel check-detail" aria-label={texts.label} aria-live="polite">
      <div className="panel-head">
        <VerdictIcon verdict={shownVerdict(subject.result, check)} />
        <h2>{texts.label}</h2>
        <span className="aside">{findings.length > 0 ? counted(findings.length, "finding") : "no findings"}</span>
      </div>
      <div
        className="scroll panel-body column"
        style={{ gap: 9 }}
        tabIndex={0}
        role="group"
        aria-label={`How ${texts.label} was checked`}
      >
        <p className="medium anywhere">{check.note}</p>
        <Fields
          rows={[
            ["Rule", texts.how],
            ["Inputs", texts.what],
            ["Counts", resultOf(check)],
            ["First failure", firstFailureOf(check, findings)],
            ["A pass does not show", texts.notShown],
          ]}
        />
        {findings.slice(0, SHOWN_FINDINGS).map((finding, index) => (
          <FindingDetail key={`${finding.code}-${index}`} finding={finding} subject={subject} />
        ))}
        {findings.length > SHOWN_FINDINGS && (
          <p className="size-12 text-2">
            {counted(findings.length - SHOWN_FINDINGS, "more finding")}: save the verification report for all of them.
          </p>
        )}
        {findings.some(({ verdict, found }) => verdict === "altered" && found !== undefined) && (
          <Notice tone="info">
            A digest shows <b>that</b> something changed, not <b>what</b> it said. Ask the exporter for the original; it
            will match the expected digest.
          </Notice>
        )}
      </div>
    </section>
  );
}

function resultOf(check: Check): string {
  switch (check.verdict) {
    case "not-attempted":
      return "not attempted; the reason stands above";
    case "not-verifiable":
      return `${counted(check.checked, "item")} looked at; nothing to judge them by`;
    case "verified":
    case "failed":
      return `${count(check.checked)} checked, ${count(check.failed)} failed`;
  }
}

/** Where the check first failed; the findings below say the same of each place. */
function firstFailureOf(check: Check, findings: readonly VerificationFinding[]): string {
  const [first] = findings.filter(({ verdict }) => verdict !== "verified");
  if (first === undefined) return check.verdict === "failed" ? "explained by the findings of another check" : "none";
  const places = placesOf(first.where).map(([label, place]) => `${label.toLowerCase()} ${place}`);
  return places.length > 0 ? places.join(", ") : "the first finding below";
}

function FindingDetail({ finding, subject }: { readonly finding: VerificationFinding; readonly subject: AnySubject }) {
  const { index } = finding.where;
  return (
    <article className="finding-detail">
      <div className="row">
        <p className="grow">{finding.message}</p>
        <VerdictBadge bare verdict={finding.verdict} />
      </div>
      <Compare expected={finding.expected} found={finding.found} />
      <Fields
        rows={[
          ...placesOf(finding.where),
          [
            "Code",
            <span key="code" className="mono">
              {finding.code}
            </span>,
          ],
        ]}
      />
      {index !== undefined && subject.kind === "exhibit" && (
        <div>
          <Button
            leftSection={<IconTimeline size={14} aria-hidden />}
            onClick={() => void showRecord(subject.exhibit.id, index)}
          >
            Show in Timeline
          </Button>
        </div>
      )}
    </article>
  );
}

/** Leads to the row of a leaf, or to the row after it when it is missing. */
function showRecord(exhibit: string, index: number): Promise<void> {
  return attempt("finding the record", async () => {
    const seq = await ask("timeline.seqOfLeaf", { exhibit, index });
    clearQuery();
    useTimeline.setState({ hideLogRecords: false, foldCopies: false, goTo: seq });
    showScreen("timeline");
  });
}

function placesOf(where: EvidenceLocation): (readonly [string, string])[] {
  const rows: (readonly [string, string])[] = [];
  if (where.index !== undefined) rows.push(["Record", recordsText(where, count)]);
  if (where.segment !== undefined) rows.push(["Segment", count(where.segment)]);
  const place = [
    where.file,
    where.line === undefined ? undefined : `line ${count(where.line)}`,
    where.offset === undefined ? undefined : `byte ${count(where.offset)}`,
  ].filter((part) => part !== undefined);
  if (place.length > 0) rows.push(["Found in", place.join(", ")]);
  return rows;
}
