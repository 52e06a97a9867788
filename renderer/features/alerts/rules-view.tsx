import { Button } from "@mantine/core";

import { type DetectionState } from "../../../core/model/detection.ts";
import { changeRuleDraft, useAlerts } from "../../state/alerts.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { count, counted } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { RuleDesk } from "./rule-desk.tsx";

const FIRST_FILE = "my-rules.yml";
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
  const { ruleFile, ruleDrafts } = useAlerts();
  if (!own) return null;
  const kept = new Map(own.files.map(({ file, text }) => [file, text]));
  const files = [...new Set([...kept.keys(), ...ruleDrafts.keys()])];
  const current = files.find((file) => file === ruleFile) ?? files[0] ?? FIRST_FILE;
  const newFile = () => {
    const numbers = files.map((_, index) => `rules-${index + 1}.yml`);
    const name = numbers.find((candidate) => !files.includes(candidate)) ?? `rules-${files.length + 1}.yml`;
    changeRuleDraft(name, TEMPLATE);
    useAlerts.setState({ ruleFile: name });
  };
  return (
    <div className="rules-columns">
      <section className="rules-files" aria-label="Rule files">
        <div className="panel-head">
          <h2>Rules of this case</h2>
        </div>
        {files.map((file) => (
          <button
            type="button"
            key={file}
            aria-current={file === current ? "true" : undefined}
            onClick={() => useAlerts.setState({ ruleFile: file })}
          >
            {file}
            {ruleDrafts.has(file) && <span className="text-3 size-11"> {kept.has(file) ? "changed" : "not kept"}</span>}
          </button>
        ))}
        <div className="panel-body column" style={{ gap: 8 }}>
          <Button onClick={newFile}>New file</Button>
          {state && <Rejected state={state} />}
        </div>
      </section>
      <RuleDesk
        key={`${current}/${kept.get(current) ?? ""}`}
        file={current}
        isKept={kept.has(current)}
        text={ruleDrafts.get(current) ?? kept.get(current) ?? TEMPLATE}
      />
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
            {rejected.slice(0, SHOWN_REJECTED).map(({ file, line, column, reason }) => (
              <li key={`${file}/${line}/${column}/${reason}`}>
                {file}, line {line}, column {column}: {reason}
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
