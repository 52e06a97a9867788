import { Button, Textarea } from "@mantine/core";
import { useState } from "react";

import { type Citation, type Finding } from "../../../core/model/finding.ts";
import { ask } from "../../case-client.ts";
import { attempt, refreshCase } from "../../state/acts.ts";
import { showScreen } from "../../state/session.ts";
import { clearQuery, useTimeline } from "../../state/timeline.ts";
import { ColumnHeads } from "../../ui/column-heads.tsx";
import { DigestChip } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { count, counted, moment } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";
import { CLASS_WORDS } from "./finding-list.tsx";

/** Exhibits drawn one by one; the package has all of them. */
const SHOWN_CITATIONS = 200;

interface FindingViewProps {
  readonly finding: Finding;
  readonly onEdit: () => void;
}

/** A saved finding with its exhibits and their proofs. */
export function FindingView({ finding, onEdit }: FindingViewProps) {
  const altered = finding.citations.filter(({ verdict }) => verdict === "altered");
  return (
    <div className="finding-form">
      <div className="row">
        <h2 className="finding-id">{finding.id}</h2>
        <span className="text-2">{CLASS_WORDS[finding.class]}</span>
        <span className="text-3 size-12 grow">saved {moment(finding.createdAt)} UTC</span>
        {!finding.withdrawn && <Button onClick={onEdit}>Edit</Button>}
      </div>
      {finding.withdrawn && (
        <Notice tone="limits">
          <b>Withdrawn</b> {moment(finding.withdrawn.at)} UTC: {finding.withdrawn.reason}
        </Notice>
      )}
      <h3>{finding.title}</h3>
      <p className="finding-statement">{finding.statement}</p>
      <Fields
        rows={[
          ...(finding.propositions.length > 0
            ? ([["Propositions", <Lines key="p" texts={finding.propositions} />]] as const)
            : []),
          ...(finding.alternatives.length > 0
            ? ([["Alternatives", <Lines key="a" texts={finding.alternatives} />]] as const)
            : []),
          ...(finding.strength !== "" ? ([["Strength", finding.strength]] as const) : []),
          ...(finding.basis !== "" ? ([["Basis", finding.basis]] as const) : []),
          ["Uncertainty", finding.uncertainty === "" ? "not given" : finding.uncertainty],
          ["Speaks against it", finding.contradicting.text === "" ? "not stated" : finding.contradicting.text],
        ]}
      />
      <Exhibits title="Exhibits and their proofs" citations={finding.citations} />
      {finding.contradicting.citations.length > 0 && (
        <Exhibits title="Exhibits that speak against it" citations={finding.contradicting.citations} />
      )}
      {altered.length > 0 && (
        <Notice tone="altered">
          {altered.map(({ exhibitItem }) => exhibitItem).join(", ")}: changed after signing. Such a record can carry no
          finding of fact about what happened.
        </Notice>
      )}
      {!finding.withdrawn && <Withdraw id={finding.id} />}
    </div>
  );
}

function Lines({ texts }: { readonly texts: readonly string[] }) {
  return (
    <ul>
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

interface ExhibitsProps {
  readonly title: string;
  readonly citations: readonly Citation[];
}

function Exhibits({ title, citations }: ExhibitsProps) {
  const open = (seq: number) => {
    clearQuery();
    useTimeline.setState({ goTo: seq, hideLogRecords: false, foldCopies: false, tab: "proof", inspectorShown: true });
    showScreen("timeline");
  };
  return (
    <div>
      <h3 className="label">
        {title}, {count(citations.length)}
      </h3>
      <table className="table cited">
        <ColumnHeads names={["Exhibit", "Record", "SHA-256", "Leaf", "Proof"]}>
          <th scope="col">
            <span className="visually-hidden">Open</span>
          </th>
        </ColumnHeads>
        <tbody>
          {citations.slice(0, SHOWN_CITATIONS).map((citation) => (
            <tr key={citation.exhibitItem}>
              <td className="mono">{citation.exhibitItem}</td>
              <td className="number">{count(citation.seq)}</td>
              <td>
                <DigestChip digest={citation.sha256} />
              </td>
              <td>
                <DigestChip digest={citation.leafHash} />
              </td>
              <td>
                <VerdictBadge bare verdict={citation.verdict} />
              </td>
              <td className="right">
                <button type="button" className="link size-12" onClick={() => open(citation.seq)}>
                  Show proof
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {citations.length > SHOWN_CITATIONS && (
        <p className="size-12 text-2">and {counted(citations.length - SHOWN_CITATIONS, "more exhibit")}</p>
      )}
    </div>
  );
}

/** A finding is never deleted: withdrawn, it stays visible with its reason. */
function Withdraw({ id }: { readonly id: string }) {
  const [reason, setReason] = useState<string | null>(null);
  if (reason === null) {
    return (
      <div>
        <Button variant="subtle" onClick={() => setReason("")}>
          Withdraw…
        </Button>
      </div>
    );
  }
  const withdraw = () =>
    attempt("withdrawing the finding", async () => {
      await ask("finding.withdraw", { id, reason: reason.trim() });
      await refreshCase();
    });
  return (
    <form
      className="column"
      style={{ gap: 8 }}
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== "") void withdraw();
      }}
    >
      <Textarea
        label="Why is it withdrawn?"
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        minRows={2}
      />
      <div className="row">
        <Button type="submit" disabled={reason.trim() === ""}>
          Withdraw {id}
        </Button>
        <Button variant="subtle" onClick={() => setReason(null)}>
          Keep it
        </Button>
      </div>
    </form>
  );
}
