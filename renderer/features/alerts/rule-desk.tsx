import { Button, TextInput } from "@mantine/core";
import { useState } from "react";

import { type Failure } from "../../../core/api/failure.ts";
import { type RejectedRule, type RuleTrial } from "../../../core/model/detection.ts";
import { ask, failureOf, isCancelled } from "../../case-client.ts";
import { changeRuleDraft, keepRules } from "../../state/alerts.ts";
import { type Loadable, shown, useAsk } from "../../state/use-ask.ts";
import { count } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { FailureNote } from "../../ui/states.tsx";
import { RuleEditor } from "./rule-editor.tsx";

type Trial =
  | { readonly state: "none" }
  | { readonly state: "counting"; readonly cancel: () => void }
  | { readonly state: "ready"; readonly trial: RuleTrial }
  | { readonly state: "failed"; readonly failure: Failure };

const NO_FAULTS: readonly RejectedRule[] = [];

interface RuleDeskProps {
  readonly file: string;
  readonly isKept: boolean;
  /** The text at first; afterwards the editor has it, and the drafts follow. */
  readonly text: string;
}

/** One file of rules: its text, whether it can run, and how much it would find. */
export function RuleDesk({ file, isKept, text }: RuleDeskProps) {
  const [name, setName] = useState(file);
  const [edited, setEdited] = useState(text);
  const [trial, setTrial] = useState<Trial>({ state: "none" });
  const check = useAsk("detection.try", { file: name || file, text: edited, count: false }, 0);
  const dryRun = async () => {
    const controller = new AbortController();
    setTrial({ state: "counting", cancel: () => controller.abort() });
    try {
      const question = { file: name || file, text: edited, count: true };
      setTrial({ state: "ready", trial: await ask("detection.try", question, { signal: controller.signal }) });
    } catch (error) {
      setTrial(isCancelled(error) ? { state: "none" } : { state: "failed", failure: failureOf(error) });
    }
  };
  return (
    <>
      <RuleEditor
        text={text}
        faults={shown(check)?.rejected ?? NO_FAULTS}
        onChange={(changed) => {
          setEdited(changed);
          changeRuleDraft(file, changed);
          setTrial({ state: "none" });
        }}
      />
      <section className="rules-side" aria-label="Check">
        <TextInput size="xs" label="File" value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Check check={check} />
        <div className="row" style={{ flexWrap: "wrap" }}>
          {trial.state === "counting" ? (
            <Button onClick={trial.cancel}>Stop counting</Button>
          ) : (
            <Button onClick={() => void dryRun()}>Dry run</Button>
          )}
          <Button
            variant="filled"
            disabled={name.trim() === "" || edited.trim() === ""}
            onClick={() => void keepRules(file, name.trim(), edited)}
          >
            Keep in the case
          </Button>
          {isKept && (
            <Button variant="subtle" onClick={() => void keepRules(file, file, "")}>
              Remove from the case
            </Button>
          )}
        </div>
        <p className="text-3 size-11">Kept rules run beside the shipped ones whenever rules are run.</p>
        <TrialResult trial={trial} />
      </section>
    </>
  );
}

function Check({ check }: { readonly check: Loadable<RuleTrial> }) {
  if (check.state === "failed") return <FailureNote failure={check.failure} />;
  const faults = shown(check)?.rejected;
  if (!faults) return <p className="text-2 size-12">Checking…</p>;
  if (faults.length === 0) return <Notice tone="ok">Every rule can run.</Notice>;
  return faults.map(({ line, column, reason }) => (
    <Notice tone="limits" key={`${line}/${column}/${reason}`}>
      <b>
        Line {line}, column {column}:
      </b>{" "}
      {reason}
    </Notice>
  ));
}

function TrialResult({ trial }: { readonly trial: Trial }) {
  switch (trial.state) {
    case "none":
      return null;
    case "counting":
      return (
        <p className="text-2 size-12" role="status">
          Counting what the rules would find in this case…
        </p>
      );
    case "failed":
      return <FailureNote failure={trial.failure} />;
    case "ready":
      return <Counts trial={trial.trial} />;
  }
}

function Counts({ trial: { counts, unmappedFields } }: { readonly trial: RuleTrial }) {
  return (
    <div className="column" style={{ gap: 6 }} role="status">
      {counts.map(({ title, kind, count: found }) => (
        <p key={title}>
          {title}: <b>{count(found)}</b> {kind === "detection" ? "events" : "alerts"}
        </p>
      ))}
      {unmappedFields.length > 0 && <Notice tone="info">No event has {unmappedFields.join(", ")}.</Notice>}
    </div>
  );
}
