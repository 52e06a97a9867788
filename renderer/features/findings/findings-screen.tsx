import "./findings.css";

import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";

import { type Finding } from "../../../core/model/finding.ts";
import { changeDraft, editFinding, useFindings } from "../../state/finding-draft.ts";
import { showScreen, useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { Empty, Failed } from "../../ui/states.tsx";
import { FindingForm } from "./finding-form.tsx";
import { FindingList } from "./finding-list.tsx";
import { FindingPreview } from "./finding-preview.tsx";
import { FindingView } from "./finding-view.tsx";

export function FindingsScreen() {
  const revision = useSession((session) => session.revision);
  const answer = useAsk("finding.list", undefined, revision);
  const { selected, draft } = useFindings();
  const findings = shown(answer);
  const isWriting = draft !== null && draft.id === selected;
  const current = findings?.find(({ id }) => id === selected) ?? findings?.[0];
  if (answer.state === "failed") {
    return <Failed doing="reading the findings" failure={answer.failure} safe="The case is unchanged." />;
  }
  if (!findings) return null;
  return (
    <div className="findings">
      <section className="findings-list" aria-label="Findings">
        <div className="panel-head">
          <h1>Findings</h1>
          <span className="aside">{findings.length}</span>
        </div>
        <FindingList findings={findings} current={isWriting ? draft.id : (current?.id ?? null)} />
        <div className="panel-body">
          <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => changeDraft({})}>
            New finding
          </Button>
        </div>
      </section>
      <section className="findings-main" aria-label="Finding">
        {isWriting ? <FindingForm key={draft.id} draft={draft} /> : <FindingPlace current={current} />}
      </section>
      <FindingPreview revision={revision} />
    </div>
  );
}

function FindingPlace({ current }: { readonly current: Finding | undefined }) {
  if (current) return <FindingView key={current.id} finding={current} onEdit={() => editFinding(current)} />;
  return (
    <Empty
      title="No findings yet"
      action={
        <Button variant="filled" onClick={() => showScreen("timeline")}>
          Open the timeline
        </Button>
      }
    >
      A finding cites events. Select one row or more on the timeline, and press{" "}
      <span className="nowrap">
        <kbd>e</kbd>.
      </span>
    </Empty>
  );
}
