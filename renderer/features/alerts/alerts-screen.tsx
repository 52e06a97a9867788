import "./alerts.css";

import { Button, SegmentedControl } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";

import { type DetectionState } from "../../../core/model/detection.ts";
import { runDetection, useAlerts, type AlertView, type RunningRules } from "../../state/alerts.ts";
import { useClock } from "../../state/clock.ts";
import { showScreen, useSession } from "../../state/session.ts";
import { shown, useAsk, type Loadable } from "../../state/use-ask.ts";
import { count } from "../../ui/format.ts";
import { Empty, Failed, WorkProgress } from "../../ui/states.tsx";
import { AlertsView } from "./alerts-view.tsx";
import { OnImport } from "./on-import.tsx";
import { RulesView } from "./rules-view.tsx";
import { shownTime } from "./shown-time.ts";
import { TechniqueMatrix } from "./technique-matrix.tsx";

const VIEWS: readonly { readonly value: AlertView; readonly label: string }[] = [
  { value: "alerts", label: "Alerts" },
  { value: "techniques", label: "Techniques" },
  { value: "rules", label: "Rules" },
];

/** What rules found: results of a tool, which become statements only when a person makes a finding of them. */
export function AlertsScreen() {
  const revision = useSession((session) => session.revision);
  const answer = useAsk("detection.read", undefined, revision);
  const { view, running } = useAlerts();
  const zone = useClock((clock) => clock.zone);
  const state = shown(answer);
  return (
    <div className="alerts">
      <div className="alerts-bar">
        <h1>Alerts</h1>
        <SegmentedControl
          size="xs"
          data={[...VIEWS]}
          value={view}
          aria-label="View"
          onChange={(value) =>
            useAlerts.setState({ view: VIEWS.find((item) => item.value === value)?.value ?? "alerts" })
          }
        />
        <span className="text-2 size-12 grow">{state ? runText(state, zone) : ""}</span>
        <OnImport />
        <Button
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          disabled={running !== null}
          onClick={() => void runDetection()}
        >
          Run rules
        </Button>
      </div>
      <Body view={view} answer={answer} running={running} />
    </div>
  );
}

interface BodyProps {
  readonly view: AlertView;
  readonly answer: Loadable<DetectionState | null>;
  readonly running: RunningRules | null;
}

function Body({ view, answer, running }: BodyProps) {
  if (running) {
    return (
      <div className="panel-body">
        <WorkProgress progress={running.progress} startedAt={running.startedAt} onCancel={running.cancel} />
      </div>
    );
  }
  if (answer.state === "failed") {
    return (
      <div className="panel-body">
        <Failed doing="reading the alerts" failure={answer.failure} safe="The case is unchanged." />
      </div>
    );
  }
  const state = shown(answer);
  return view === "rules" ? <RulesView state={state ?? null} /> : <Found view={view} state={state} />;
}

function Found({ view, state }: { readonly view: AlertView; readonly state: DetectionState | null | undefined }) {
  const events = useSession((session) => session.caseState?.events ?? 0);
  if (state === undefined) return <p className="panel-body text-2 size-12">Reading the alerts…</p>;
  if (events === 0 && view === "alerts") {
    return (
      <Empty title="0 rows in this case" action={<Button onClick={() => showScreen("verify")}>Go to Verify</Button>}>
        Rules look at the events of the case. Add evidence on the Verify screen first.
      </Empty>
    );
  }
  if (state === null) {
    return (
      <Empty
        title="No rules were run"
        action={
          <Button variant="filled" onClick={() => void runDetection()}>
            Run rules
          </Button>
        }
      >
        Rules mark events that deserve a look. What they say is a result of a tool and no fact.
      </Empty>
    );
  }
  if (view === "techniques") return <TechniqueMatrix state={state} />;
  if (state.hits.length + state.correlations.length === 0) {
    return (
      <Empty title="No rule fired">
        {count(state.rules.compiled - state.rules.unrouted)} rules were run. That none fired shows that no event fits
        them, not that nothing happened.
      </Empty>
    );
  }
  return <AlertsView state={state} />;
}

function runText({ rules, ranAt, current }: DetectionState, zone: string): string {
  const parts = [
    `${count(rules.compiled - rules.unrouted)} rules run ${shownTime(ranAt)} ${zone}`,
    ...(rules.unrouted > 0 ? [`${count(rules.unrouted)} others are for other logs`] : []),
    ...(rules.rejected.length > 0 ? [`${count(rules.rejected.length)} rejected`] : []),
    ...(current ? [] : ["evidence came since: run them again"]),
  ];
  return parts.join(", ");
}
