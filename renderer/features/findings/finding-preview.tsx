import { sectionNumber } from "../../../core/model/case-details.ts";
import { type ReportSection } from "../../../core/model/report.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { showScreen } from "../../state/session.ts";
import { Pages } from "../report/pages.tsx";

const isFindings = (section: ReportSection): boolean => section.number === sectionNumber("findings");

/** The findings as the report will print them. */
export function FindingPreview({ revision }: { readonly revision: number }) {
  const answer = useAsk("report.preview", undefined, revision);
  const model = shown(answer);
  return (
    <section className="findings-preview" aria-label="Report preview">
      <div className="panel-head">
        <h2>Report preview</h2>
        <span className="aside">
          {model ? "findings" : answer.state === "failed" ? answer.failure.message : "drawing"}
        </span>
        <span className="end size-12">
          <button type="button" className="link" onClick={() => showScreen("report")}>
            Whole report
          </button>
        </span>
      </div>
      <div className="report-scroll" tabIndex={0} role="region" aria-label="Findings pages">
        {model && <Pages model={model} only={isFindings} zoom={0.62} />}
      </div>
    </section>
  );
}
