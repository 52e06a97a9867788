import "./verify.css";

import { Button } from "@mantine/core";
import { IconPlus, IconSignature } from "@tabler/icons-react";

import { runCommand } from "../../commands.ts";
import { useIntake } from "../../state/intake.ts";
import { useSession } from "../../state/session.ts";
import { count, counted } from "../../ui/format.ts";
import { Empty, Failed } from "../../ui/states.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";
import { askForAttachment } from "./attachment-dialog.tsx";
import { InterruptedImportPanel, useInterruptedImport } from "../import/interrupted-import.tsx";
import { AttachmentView } from "./attachment-view.tsx";
import { CheckDetail } from "./check-detail.tsx";
import { CheckList } from "./check-list.tsx";
import { CopiesView } from "./copies-view.tsx";
import { Coverage } from "./coverage.tsx";
import { KeysPanel } from "./keys-panel.tsx";
import { LiveChecks } from "./live-checks.tsx";
import { type Subject, useVerifyView, type VerifyView } from "./subject.ts";
import { laneStyle } from "../../ui/lane.ts";
import { openCheckOf } from "./check-order.ts";
import { SaveReport } from "./save-report.tsx";
import { VerdictHead } from "./verdict-head.tsx";

export function VerifyScreen() {
  const view = useVerifyView();
  const interrupted = useInterruptedImport();
  return (
    <div className="verify">
      <EvidenceTabs view={view} />
      <div className="verify-page">
        {interrupted && view.intake.state !== "working" && <InterruptedImportPanel interrupted={interrupted} />}
        <VerifyBody view={view} isInterrupted={interrupted !== null} />
      </div>
    </div>
  );
}

interface VerifyBodyProps {
  readonly view: VerifyView;
  /** Whether an import was interrupted, of which is told above. */
  readonly isInterrupted: boolean;
}

function VerifyBody({ view, isInterrupted }: VerifyBodyProps) {
  const { intake, subject, copies, attached } = view;
  if (intake.state === "working") return <LiveChecks intake={intake} />;
  if (intake.state === "failed" && useIntake.getState().exhibit === null) {
    return (
      <div className="panel verify-trouble">
        <div className="panel-head">
          <h1>{intake.failure.refused ? <VerdictBadge verdict="refused" /> : "Not read"}</h1>
          <span className="aside">{intake.label}</span>
        </div>
        <Failed
          doing={`reading ${intake.label}`}
          failure={intake.failure}
          safe={`The evidence was read only. ${
            isInterrupted
              ? "What was loaded of the interrupted import is kept, unseen."
              : "Nothing of it was loaded; the case is as it was."
          }`}
          action={
            <div className="row">
              {intake.mode === "attachment" ? (
                <Button onClick={askForAttachment}>Choose again</Button>
              ) : (
                <Button onClick={() => runCommand("evidence.files")}>Try another file</Button>
              )}
              {intake.failure.refused && <SaveReport />}
            </div>
          }
        />
      </div>
    );
  }
  if (copies) return <CopiesView copies={copies} />;
  if (attached) return <AttachmentView attached={attached} />;
  if (subject) return <Verification subject={subject} />;
  return isInterrupted ? <ScreenName /> : <NoEvidence />;
}

function Verification({ subject }: { readonly subject: Subject }) {
  const chosen = useIntake((state) => state.check);
  const check = openCheckOf(subject.result, chosen);
  return (
    <>
      <VerdictHead subject={subject} />
      <Coverage subject={subject} />
      <div className="verify-columns">
        <CheckList result={subject.result} open={check?.name ?? null} />
        <CheckDetail subject={subject} check={check} />
        <KeysPanel subject={subject} />
      </div>
    </>
  );
}

function ScreenName() {
  return <h1 className="visually-hidden">Verify</h1>;
}

function NoEvidence() {
  const isCaseOpen = useSession((session) => session.caseState !== null);
  return (
    <>
      <ScreenName />
      <Empty
        title="No evidence yet"
        action={
          <div className="row">
            <Button variant="filled" onClick={() => runCommand("evidence.files")}>
              Choose files
            </Button>
            <Button onClick={() => runCommand("evidence.folder")}>Choose folder</Button>
            <Button onClick={askForAttachment}>Check a signature beside a file</Button>
          </div>
        }
      >
        {isCaseOpen ? "0 rows in this case." : "No case is open: evidence asks where to make one."} Drop a bundle, a
        folder or a file anywhere on this window: it is checked while it is loaded, and every row carries its verdict.
      </Empty>
    </>
  );
}

/** One tab for each exhibit, and the sum of lines in and rows out. */
function EvidenceTabs({ view }: { readonly view: VerifyView }) {
  const caseState = useSession((session) => session.caseState);
  const { exhibits, subject, intake, copies, attached } = view;
  const records = exhibits.reduce((sum, exhibit) => sum + exhibit.records, 0);
  const open = (exhibit: string | null) => useIntake.setState({ exhibit, check: null });
  return (
    <div className="evidence-tabs">
      <div role="tablist" aria-label="Evidence" className="evidence-list">
        {exhibits.map((exhibit, index) => {
          const selected =
            subject?.kind === "exhibit" && subject.exhibit.id === exhibit.id && intake.state !== "working";
          return (
            <button
              key={exhibit.id}
              type="button"
              role="tab"
              aria-selected={selected}
              style={laneStyle(index)}
              onClick={() => open(exhibit.id)}
            >
              <span className="lane">
                <span className="text-2">{exhibit.id}</span> <span className="ellipsis">{exhibit.label}</span>
              </span>
              <VerdictBadge bare verdict={exhibit.verdict} />
            </button>
          );
        })}
        {intake.state === "checked" && (
          <button type="button" role="tab" aria-selected={subject?.kind === "checked"} onClick={() => open(null)}>
            <span className="ellipsis">{intake.label}</span>
            <VerdictBadge bare verdict={intake.result.verdict} />
          </button>
        )}
        {intake.state === "compared" && (
          <button type="button" role="tab" aria-selected={copies !== null} onClick={() => open(null)}>
            <span>{counted(intake.labels.length, "copy", "copies")}</span>
            <VerdictBadge bare verdict={intake.result.verdict} />
          </button>
        )}
        {intake.state === "attached" && (
          <button type="button" role="tab" aria-selected={attached !== null} onClick={() => open(null)}>
            <span className="ellipsis">{intake.label}</span>
            <VerdictBadge bare verdict={intake.result.verdict} />
          </button>
        )}
        {intake.state === "working" && (
          <span role="tab" aria-selected="true" tabIndex={0}>
            <span className="ellipsis">{intake.label}</span>
            <VerdictBadge bare verdict="pending" />
          </span>
        )}
      </div>
      <Button
        variant="subtle"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => runCommand("evidence.files")}
      >
        Add evidence
      </Button>
      <Button variant="subtle" leftSection={<IconSignature size={14} aria-hidden />} onClick={askForAttachment}>
        Check a signature
      </Button>
      {caseState && (
        <span className="end size-12 text-2">
          {counted(records, "record")} in = {counted(caseState.events, "row")}
          {caseState.problems > 0 && `, ${count(caseState.problems)} with problems`}
        </span>
      )}
    </div>
  );
}
