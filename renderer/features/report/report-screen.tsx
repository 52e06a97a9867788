import "./report.css";

import { SegmentedControl } from "@mantine/core";
import { useState } from "react";

import { type Progress } from "../../../core/model/progress.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { counted } from "../../ui/format.ts";
import { Failed } from "../../ui/states.tsx";
import { BeforeSigning } from "./before-signing.tsx";
import { Pages } from "./pages.tsx";
import { SignPanel } from "./sign-panel.tsx";
import { SigningOutcome } from "./signing-outcome.tsx";

const ZOOMS = [
  { value: "0.7", label: "70 %" },
  { value: "0.9", label: "90 %" },
  { value: "1", label: "100 %" },
];

export function ReportScreen() {
  const revision = useSession((session) => session.revision);
  const [progress, setProgress] = useState<Progress | null>(null);
  const answer = useAsk("report.preview", undefined, revision, setProgress);
  const [zoom, setZoom] = useState("0.9");
  const model = shown(answer);
  return (
    <div className="report">
      <section className="report-preview" aria-label="Report preview">
        <div className="panel-head">
          <h1>Report preview</h1>
          <span className="aside">{model && `${model.reportId}, ${counted(model.sections.length, "section")}`}</span>
          <span className="end">
            <SegmentedControl aria-label="Zoom" value={zoom} onChange={setZoom} data={ZOOMS} />
          </span>
        </div>
        <div className="report-scroll" tabIndex={0} role="region" aria-label="Pages">
          {answer.state === "failed" && (
            <Failed doing="drawing the report" failure={answer.failure} safe="The case is unchanged." />
          )}
          {model && <Pages model={model} zoom={Number(zoom)} />}
          {!model && answer.state === "loading" && (
            <p className="panel-body text-2">
              Reading the cited records again and drawing the report…{progress && ` First: ${progress.phase}.`}
            </p>
          )}
        </div>
      </section>
      <aside className="report-side" aria-label="Signing">
        {model ? (
          <>
            <BeforeSigning model={model} />
            <SignPanel model={model} />
          </>
        ) : (
          <div className="panel-body">
            <SigningOutcome />
          </div>
        )}
      </aside>
    </div>
  );
}
