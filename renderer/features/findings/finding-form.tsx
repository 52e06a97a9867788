import { Button, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import { type Failure } from "../../../core/api/failure.ts";
import { type Finding, type FindingClass, STRENGTH_SCALE } from "../../../core/model/finding.ts";
import { ask, failureOf } from "../../case-client.ts";
import { refreshCase } from "../../state/acts.ts";
import { changeDraft, type OpenDraft, useFindings } from "../../state/finding-draft.ts";
import { showScreen } from "../../state/session.ts";
import { FailureNote } from "../../ui/states.tsx";
import { CitedEvents } from "./cited-events.tsx";
import { CLASS_WORDS } from "./finding-list.tsx";

const CLASSES: readonly FindingClass[] = ["fact", "tool-result", "opinion"];

const NEEDS: Readonly<Record<FindingClass, string>> = {
  fact: "The records say it. Attribute: “the log attributes … to account …”.",
  "tool-result": "A check or a rule computed it, and can again.",
  opinion: "A person weighs it. Needs two propositions, alternatives and an uncertainty.",
};

export function FindingForm({ draft }: { readonly draft: OpenDraft }) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const missing = missingOf(draft);
  const save = async () => {
    try {
      const saved = await store(draft);
      useFindings.setState({ selected: saved.id, draft: null });
      await refreshCase();
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return (
    <form
      className="finding-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (missing.length === 0) void save();
      }}
    >
      <h2 className="finding-id">{draft.id ?? "New finding"}</h2>
      <div>
        <div className="label">Class</div>
        <SegmentedControl
          aria-label="Class"
          value={draft.class}
          data={CLASSES.map((value) => ({ value, label: CLASS_WORDS[value] }))}
          onChange={(value) => {
            const chosen = CLASSES.find((item) => item === value);
            if (chosen) changeDraft({ class: chosen });
          }}
        />
        <p className="size-12 text-2">{NEEDS[draft.class]}</p>
      </div>
      <TextInput
        label="Title"
        value={draft.title}
        onChange={(event) => changeDraft({ title: event.currentTarget.value })}
        autoFocus
      />
      <Textarea
        label="Statement"
        minRows={3}
        value={draft.statement}
        onChange={(event) => changeDraft({ statement: event.currentTarget.value })}
      />
      {draft.class === "opinion" && <OpinionFields draft={draft} />}
      <Textarea
        label="Basis"
        minRows={1}
        value={draft.basis}
        onChange={(event) => changeDraft({ basis: event.currentTarget.value })}
      />
      <Textarea
        label="Uncertainty"
        minRows={1}
        value={draft.uncertainty}
        onChange={(event) => changeDraft({ uncertainty: event.currentTarget.value })}
      />
      <CitedEvents
        events={draft.events}
        onDrop={(seq) => changeDraft({ events: draft.events.filter((event) => event !== seq) })}
        act={{ word: "Against", label: "speaks against it", run: (seq) => moveToContradicting(draft, seq) }}
      />
      <ContradictingFields draft={draft} />
      <div className="finding-acts">
        {failure && <FailureNote failure={failure} />}
        <div className="row">
          <Button variant="filled" type="submit" disabled={missing.length > 0}>
            {draft.id === null ? "Save finding" : `Save ${draft.id}`}
          </Button>
          <Button onClick={() => showScreen("timeline")}>Add events from the timeline</Button>
          <Button variant="subtle" onClick={() => useFindings.setState({ draft: null })}>
            Discard
          </Button>
        </div>
        {missing.length > 0 && <p className="size-12 text-2">Saving waits for: {missing.join(", ")}.</p>}
      </div>
    </form>
  );
}

function missingOf(draft: OpenDraft): readonly string[] {
  return [
    ...(draft.title.trim() === "" ? ["a title"] : []),
    ...(draft.statement.trim() === "" ? ["a statement"] : []),
    ...(draft.events.length === 0 ? ["at least one cited event"] : []),
  ];
}

const lines = (text: string): readonly string[] => text.split("\n");
const filled = (texts: readonly string[]): string[] => texts.map((text) => text.trim()).filter((text) => text !== "");

function store(draft: OpenDraft): Promise<Finding> {
  const finding = {
    title: draft.title.trim(),
    statement: draft.statement.trim(),
    class: draft.class,
    events: [...draft.events],
    basis: draft.basis,
    uncertainty: draft.uncertainty,
    propositions: filled(draft.propositions),
    alternatives: filled(draft.alternatives),
    strength: draft.strength,
    contradicting: { text: draft.contradicting.text, events: [...draft.contradicting.events] },
  };
  return draft.id === null ? ask("finding.add", { finding }) : ask("finding.update", { id: draft.id, finding });
}

function moveToContradicting({ events, contradicting }: OpenDraft, seq: number): void {
  changeDraft({
    events: events.filter((event) => event !== seq),
    contradicting: { ...contradicting, events: [...new Set([...contradicting.events, seq])] },
  });
}

/** What speaks against the statement, with records of its own; that nothing was found is worth saying, too. */
function ContradictingFields({ draft }: { readonly draft: OpenDraft }) {
  const { contradicting, events } = draft;
  const without = (seq: number) => contradicting.events.filter((event) => event !== seq);
  return (
    <>
      <Textarea
        label="What speaks against it"
        description="What the records say to the contrary, or how it was looked for and not found"
        minRows={2}
        value={contradicting.text}
        onChange={(event) => changeDraft({ contradicting: { ...contradicting, text: event.currentTarget.value } })}
      />
      {contradicting.events.length > 0 && (
        <CitedEvents
          title="Events that speak against it"
          events={contradicting.events}
          onDrop={(seq) => changeDraft({ contradicting: { ...contradicting, events: without(seq) } })}
          act={{
            word: "For",
            label: "speaks for it",
            run: (seq) =>
              changeDraft({
                events: [...new Set([...events, seq])],
                contradicting: { ...contradicting, events: without(seq) },
              }),
          }}
        />
      )}
    </>
  );
}

function OpinionFields({ draft }: { readonly draft: OpenDraft }) {
  return (
    <div className="form-grid">
      <Textarea
        label="Propositions, one a line"
        minRows={2}
        value={draft.propositions.join("\n")}
        onChange={(event) => changeDraft({ propositions: lines(event.currentTarget.value) })}
      />
      <Textarea
        label="Alternatives considered, one a line"
        minRows={2}
        value={draft.alternatives.join("\n")}
        onChange={(event) => changeDraft({ alternatives: lines(event.currentTarget.value) })}
      />
      <Select
        label="Strength (fixed scale)"
        value={draft.strength === "" ? null : draft.strength}
        data={[...STRENGTH_SCALE]}
        clearable
        onChange={(value) => changeDraft({ strength: STRENGTH_SCALE.find((step) => step === value) ?? "" })}
      />
    </div>
  );
}
