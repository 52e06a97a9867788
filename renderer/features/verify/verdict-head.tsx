import { Button } from "@mantine/core";
import { IconRefresh, IconTimeline } from "@tabler/icons-react";

import { type BundleVerdict, type VerifyResult } from "../../../core/model/verdict.ts";
import { runCommand } from "../../commands.ts";
import { keyLabel } from "../../keys.ts";
import { reverify, saveSignedStates } from "../../state/verify-acts.ts";
import { counted, duration, moment } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { VerdictBanner } from "../../ui/verdict-banner.tsx";
import { leadOf } from "./lead.ts";
import { SaveReport } from "./save-report.tsx";
import { type Subject } from "./subject.ts";

const MEANING: Record<BundleVerdict, string> = {
  verified:
    "Every proof that applies passed under keys you pinned. It shows that the log was not changed after signing, not that it recorded everything, or truthfully.",
  "verified-with-limits":
    "The records are as the log signed them. What is absent, withheld, not witnessed or not time-stamped is listed below and goes into the report.",
  "not-verifiable":
    "Nothing speaks against this evidence and nothing proves it. Every row is shown and says so. Pinning the log's key, or asking for the proofs, can change this.",
  altered:
    "The log fixed these records in signed states; what you opened no longer matches them. The checks do not show who changed it, when, or what the original text was. You can still look at everything; each row carries its own verdict.",
  conflict:
    "The same pinned key signed two histories that cannot both be true. Keep both; the checks do not show which one the log showed to others.",
  refused: "Nothing was loaded. The container or its content is unsafe, malformed, or no evidence that is recognised.",
};

/** What is said where nothing was found. */
function readText({ verdict, counts }: VerifyResult): string {
  const records = counted(counts.records, "record");
  return verdict === "verified" ? `All ${records} are exactly as the log signed them.` : `${records} read.`;
}

export function VerdictHead({ subject }: { readonly subject: Subject }) {
  const { verdict } = subject.result;
  return (
    <VerdictBanner
      verdict={verdict}
      lead={leadOf(subject.result, readText(subject.result))}
      meaning={MEANING[verdict]}
      notice={
        <>
          <NewerState result={subject.result} />
          <TwoHistories result={subject.result} />
        </>
      }
    >
      <HeadActs subject={subject} />
    </VerdictBanner>
  );
}

/** Findings that say that the examiner knows of more than the evidence holds. */
const NEWER_CODES = ["older-export", "tail-cut"];

function NewerState({ result }: { readonly result: VerifyResult }) {
  const newer = result.findings.find(({ code }) => NEWER_CODES.includes(code));
  if (newer === undefined) return null;
  return (
    <Notice tone="limits">
      <b>You hold a newer signed state.</b> Expected {newer.expected}, found {newer.found}: ask the exporter for a newer
      export before you rely on what is missing here.
    </Notice>
  );
}

/** What was signed twice is the exhibit: both notes, as the key signed them. */
function TwoHistories({ result }: { readonly result: VerifyResult }) {
  if (!result.findings.some(({ code }) => code === "two-histories")) return null;
  return (
    <Notice tone="altered">
      Both signed notes are kept with the states that you have seen.{" "}
      <button type="button" className="link" onClick={() => void saveSignedStates()}>
        Export them as an exhibit
      </button>
    </Notice>
  );
}

function HeadActs({ subject }: { readonly subject: Subject }) {
  if (subject.kind === "checked") {
    return (
      <div className="verdict-acts">
        <Button variant="filled" onClick={() => runCommand("evidence.files")}>
          Bring evidence into a case
        </Button>
        <SaveReport />
        <span className="size-12 text-2">Checked in {duration(subject.seconds)}, nothing was kept</span>
      </div>
    );
  }
  const { exhibit } = subject;
  return (
    <div className="verdict-acts">
      <Button
        variant="filled"
        leftSection={<IconTimeline size={14} aria-hidden />}
        rightSection={<kbd className="hint on-fill">{keyLabel("mod+3")}</kbd>}
        onClick={() => runCommand("screen.timeline")}
      >
        Open in Timeline
      </Button>
      <SaveReport exhibit={exhibit.id} />
      <Button
        variant="subtle"
        leftSection={<IconRefresh size={14} aria-hidden />}
        onClick={() => void reverify(exhibit.id, exhibit.label)}
      >
        Verify again
      </Button>
      <span className="visually-hidden">Received {moment(exhibit.receivedAt)} UTC</span>
    </div>
  );
}
