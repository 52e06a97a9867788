import { type Finding, type FindingClass } from "../../../core/model/finding.ts";
import { type RowVerdict } from "../../../core/model/verdict.ts";
import { useFindings } from "../../state/finding-draft.ts";
import { counted } from "../../ui/format.ts";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";

export const CLASS_WORDS: Readonly<Record<FindingClass, string>> = {
  fact: "Fact",
  "tool-result": "Tool result",
  opinion: "Opinion",
};

/** Verdicts of cited records, from best to worst for a finding that rests on them. */
const ORDER: readonly RowVerdict[] = ["verified", "with-limits", "withheld", "pending", "not-verifiable", "altered"];

/** The distinct verdicts of the cited records, worst first: a finding has no verdict of its own. */
function citedVerdicts(finding: Finding): readonly RowVerdict[] {
  return ORDER.filter((verdict) => finding.citations.some((citation) => citation.verdict === verdict)).reverse();
}

interface FindingListProps {
  readonly findings: readonly Finding[];
  readonly current: string | null;
}

export function FindingList({ findings, current }: FindingListProps) {
  const draft = useFindings((state) => state.draft);
  return (
    <ul>
      {findings.map((finding) => (
        <li key={finding.id}>
          <button
            type="button"
            className={`finding-item${finding.withdrawn ? " withdrawn" : ""}`}
            aria-current={finding.id === current ? "true" : undefined}
            onClick={() => useFindings.setState({ selected: finding.id })}
          >
            <span className="row">
              <b>{finding.id}</b>
              <span className="text-2 grow">
                {CLASS_WORDS[finding.class]}
                {finding.id === draft?.id && ", not saved"}
              </span>
              <span className="text-2">{counted(finding.citations.length, "exhibit")}</span>
            </span>
            <span className="finding-title">{finding.title}</span>
            {finding.withdrawn ? (
              <span className="text-2 medium">Withdrawn</span>
            ) : (
              <span className="row">
                {citedVerdicts(finding)
                  .slice(0, 1)
                  .map((verdict) => (
                    <VerdictBadge key={verdict} bare verdict={verdict} />
                  ))}
              </span>
            )}
          </button>
        </li>
      ))}
      {draft?.id === null && (
        <li>
          <button
            type="button"
            className="finding-item"
            aria-current={current === null ? "true" : undefined}
            onClick={() => useFindings.setState({ selected: null })}
          >
            <span className="row">
              <b>New</b>
              <span className="text-2">{CLASS_WORDS[draft.class]}, not saved</span>
            </span>
            <span className="finding-title">{draft.title || "Untitled"}</span>
          </button>
        </li>
      )}
    </ul>
  );
}
