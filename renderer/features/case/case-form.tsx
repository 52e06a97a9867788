import { Button, Textarea, TextInput } from "@mantine/core";

import { type CaseDetails } from "../../../core/model/case-details.ts";
import { type Exhibit } from "../../../core/model/exhibit.ts";
import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { resetCaseDraft, useCaseDraft } from "../../state/case-draft.ts";
import { useSession } from "../../state/session.ts";
import { ProvenanceForm, withoutDigest } from "./provenance-form.tsx";
import { ReportChoicesForm } from "./report-choices-form.tsx";

type TextKey = Exclude<keyof CaseDetails, "questions" | "examiner" | "provenance" | "report">;
type ExaminerKey = keyof CaseDetails["examiner"];

/** The case's own words. Nothing is written until Save; then the diary has an entry of it. */
export function CaseForm({ saved, exhibits }: { readonly saved: CaseDetails; readonly exhibits: readonly Exhibit[] }) {
  const details = useCaseDraft(({ draft }) => draft) ?? saved;
  const changed = JSON.stringify(details) !== JSON.stringify(saved);
  const malformed = withoutDigest(details.provenance);
  const set = (change: Partial<CaseDetails>) => useCaseDraft.setState({ draft: { ...details, ...change } });
  const setExaminer = (change: Partial<CaseDetails["examiner"]>) =>
    set({ examiner: { ...details.examiner, ...change } });
  const save = () =>
    attempt("saving the case details", async () => {
      const questions = details.questions.map((question) => question.trim()).filter((question) => question !== "");
      const caseState = await ask("case.setDetails", { details: { ...details, questions } });
      resetCaseDraft();
      useSession.setState((session) => ({ caseState, revision: session.revision + 1 }));
    });
  const line = (key: TextKey, label: string) => (
    <TextInput label={label} value={details[key]} onChange={(event) => set({ [key]: event.currentTarget.value })} />
  );
  const text = (key: TextKey, label: string, description?: string) => (
    <Textarea
      label={label}
      description={description}
      minRows={2}
      value={details[key]}
      onChange={(event) => set({ [key]: event.currentTarget.value })}
    />
  );
  const own = (key: ExaminerKey, label: string, rows: number) => (
    <Textarea
      label={label}
      minRows={rows}
      value={details.examiner[key]}
      onChange={(event) => setExaminer({ [key]: event.currentTarget.value })}
    />
  );
  return (
    <form
      className="case-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (malformed.length === 0) void save();
      }}
    >
      <section className="panel">
        <div className="panel-head">
          <h2>Request</h2>
        </div>
        <div className="panel-body column" style={{ gap: 10 }}>
          <div className="form-grid">
            {line("caseId", "Case number")}
            {line("classification", "Classification")}
            <div className="wide">{line("title", "Title")}</div>
          </div>
          {text("requestedBy", "Who asked")}
          <Textarea
            label="Questions asked, one a line, verbatim"
            minRows={3}
            value={details.questions.join("\n")}
            onChange={(event) => set({ questions: event.currentTarget.value.split("\n") })}
          />
          {text("authority", "Authority", "Engagement, order or consent that allows the examination")}
          {text("scopeIn", "In scope")}
          {text("scopeOut", "Out of scope")}
        </div>
      </section>
      <section className="panel">
        <div className="panel-head">
          <h2>Examiner</h2>
        </div>
        <div className="panel-body column" style={{ gap: 10 }}>
          <div className="form-grid">
            {own("name", "Name", 1)}
            {own("role", "Role", 1)}
            <div className="wide">{own("employer", "Employer", 1)}</div>
          </div>
          {own("qualifications", "Qualifications", 2)}
          {own("conflictStatement", "Conflict statement", 2)}
          {own("ownPart", "What the examiner did, and what others did", 2)}
          {line("reviewer", "Technical reviewer and date; empty is printed as “not reviewed”")}
        </div>
      </section>
      <ProvenanceForm
        exhibits={exhibits}
        provenance={details.provenance}
        onChange={(provenance) => set({ provenance })}
      />
      <ReportChoicesForm choices={details.report} onChange={(report) => set({ report })} />
      <div className="case-save">
        <Button variant="filled" type="submit" disabled={!changed || malformed.length > 0}>
          Save
        </Button>
        <span className="size-12 text-2">
          {malformed.length > 0
            ? `Saving waits for the SHA-256 of ${malformed.join(", ")}`
            : changed
              ? "Not saved yet"
              : "Everything is saved"}
        </span>
      </div>
    </form>
  );
}
