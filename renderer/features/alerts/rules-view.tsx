import { Button, TextInput } from "@mantine/core";
import { useState } from "react";

import { type DetectionState, type RuleTrial } from "../../../core/model/detection.ts";
import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { count, counted } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { RuleEditor } from "./rule-editor.tsx";

const TEMPLATE = `title: My rule
id: my-rule
description: What it means when this fires.
author: ""
date: 2026-01-01
level: medium
logsource:
  category: api_activity
detection:
  selection:
    action: roles.grant
    outcome: success
  condition: selection
falsepositives:
  - Administration of accounts
`;

/** The analyst's own rules: written with a live check, tried on the case, kept in it. */
export function RulesView({ state }: { readonly state: DetectionState | null }) {
  const revision = useSession((session) => session.revision);
  const own = shown(useAsk("detection.ownRules", undefined, revision));
  const [open, setOpen] = useState<{ readonly file: string; readonly text: string } | null>(null);
  if (!own) return null;
  const current = open ?? own.files[0] ?? { file: "my-rules.yml", text: TEMPLATE };
  return (
    <div className="rules-columns">
      <section className="rules-files" aria-label="Rule files">
        <div className="panel-head">
          <h2>Rules of this case</h2>
        </div>
        {own.files.map((file) => (
          <button
            type="button"
            key={file.file}
            aria-current={file.file === current.file ? "true" : undefined}
            onClick={() => setOpen(file)}
          >
            {file.file}
          </button>
        ))}
        <div className="panel-body column" style={{ gap: 8 }}>
          <Button onClick={() => setOpen({ file: `rules-${own.files.length + 1}.yml`, text: TEMPLATE })}>
            New file
          </Button>
          {state && <Rejected state={state} />}
        </div>
      </section>
      <Editing key={current.file} file={current.file} text={current.text} />
    </div>
  );
}

const SHOWN_REJECTED = 20;

function Rejected({ state }: { readonly state: DetectionState }) {
  const { rejected, unmappedFields } = state.rules;
  return (
    <>
      {rejected.length > 0 && (
        <Notice tone="limits">
          The last run rejected {counted(rejected.length, "rule")}:
          <ul className="rejected">
            {rejected.slice(0, SHOWN_REJECTED).map(({ file, line, reason }) => (
              <li key={`${file}/${line}`}>
                {file}, line {line}: {reason}
              </li>
            ))}
          </ul>
          {rejected.length > SHOWN_REJECTED && `and ${count(rejected.length - SHOWN_REJECTED)} more`}
        </Notice>
      )}
      {unmappedFields.length > 0 && (
        <Notice tone="info">
          No event has {unmappedFields.slice(0, 8).join(", ")}
          {unmappedFields.length > 8 && ` and ${unmappedFields.length - 8} more fields`} that rules look at.
        </Notice>
      )}
    </>
  );
}

function Editing({ file, text }: { readonly file: string; readonly text: string }) {
  const [name, setName] = useState(file);
  const [edited, setEdited] = useState(text);
  const [trial, setTrial] = useState<RuleTrial | null>(null);
  const check = shown(useAsk("detection.try", { file: name || "rules", text: edited, count: false }, 0));
  const faults = check?.rejected ?? [];
  const save = () =>
    attempt("keeping the rules", async () => {
      await ask("detection.saveRules", { file: name, text: edited });
      again();
    });
  const dryRun = () =>
    attempt("trying the rules", async () => {
      setTrial(await ask("detection.try", { file: name, text: edited, count: true }));
    });
  return (
    <>
      <RuleEditor
        text={edited}
        faults={faults}
        onChange={(changed) => {
          setEdited(changed);
          setTrial(null);
        }}
      />
      <section className="rules-side" aria-label="Check">
        <TextInput size="xs" label="File" value={name} onChange={(event) => setName(event.currentTarget.value)} />
        {faults.length === 0 ? (
          <Notice tone="ok">Every rule can run.</Notice>
        ) : (
          faults.map((fault) => (
            <Notice tone="limits" key={`${fault.line}/${fault.reason}`}>
              Line {fault.line}: {fault.reason}
            </Notice>
          ))
        )}
        <div className="row">
          <Button onClick={() => void dryRun()}>Dry run</Button>
          <Button variant="filled" disabled={name.trim() === ""} onClick={() => void save()}>
            Keep in the case
          </Button>
        </div>
        {trial?.counts.map(({ title, kind, count: found }) => (
          <p key={title}>
            {title}: <b>{count(found)}</b> {kind === "detection" ? "events" : "alerts"}
          </p>
        ))}
        {trial && trial.unmappedFields.length > 0 && (
          <Notice tone="info">No event has {trial.unmappedFields.join(", ")}.</Notice>
        )}
      </section>
    </>
  );
}

function again(): void {
  useSession.setState((session) => ({ revision: session.revision + 1 }));
}
