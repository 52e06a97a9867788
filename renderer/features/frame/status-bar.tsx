import { IconChecks, IconClock, IconFolder, IconSignature, IconWifiOff } from "@tabler/icons-react";

import { useAlerts } from "../../state/alerts.ts";
import { useIndexing } from "../../state/indexing.ts";
import { useIntake } from "../../state/intake.ts";
import { useSession } from "../../state/session.ts";
import { useSigning } from "../../state/signing.ts";
import { useTimelineResult } from "../../state/timeline-result.ts";
import { offsetText, offsetWords, useClock } from "../../state/clock.ts";
import { count } from "../../ui/format.ts";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";
import { useIdentities } from "../identities/identities-state.ts";

/** Case, verification, clock, counts, query time; at the right jobs, diary, offline. Always in this order. */
export function StatusBar() {
  const caseState = useSession((session) => session.caseState);
  return (
    <footer className="status-bar">
      {caseState ? (
        <>
          <span>
            <IconFolder size={14} aria-hidden />
            <b title={caseState.label}>{caseState.label}</b>
          </span>
          <span>
            {caseState.verdict ? (
              <VerdictBadge bare verdict={caseState.verdict} word={sourcesWord(caseState)} />
            ) : (
              "No evidence yet"
            )}
          </span>
        </>
      ) : (
        <span>No case open</span>
      )}
      <ClockButton />
      <Counts />
      <span className="push">
        <Jobs />
      </span>
      {caseState && (
        <span>
          <IconSignature size={14} aria-hidden />
          Diary {count(caseState.custody.entries)} entries
          {caseState.custody.altered ? ", altered" : ""}
          {caseState.custody.endorsed ? "" : ", unendorsed"}
        </span>
      )}
      <span>
        <IconWifiOff size={14} aria-hidden />
        Offline
      </span>
    </footer>
  );
}

/** The one clock setting, always in sight. */
function ClockButton() {
  const { zone, offsets } = useClock();
  const all = [...offsets.values()];
  return (
    <button
      type="button"
      title={["Zone and clock offsets", ...all.map(offsetWords)].join("; ")}
      onClick={() => useClock.setState({ open: true })}
    >
      <IconClock size={14} aria-hidden />
      Clock <b>{zone}</b>
      {all.map(({ exhibit, nanoseconds }) => (
        <span key={exhibit}>
          {exhibit} {offsetText(nanoseconds)}
        </span>
      ))}
    </button>
  );
}

function sourcesWord(caseState: NonNullable<ReturnType<typeof useSession.getState>["caseState"]>): string | undefined {
  const total = caseState.exhibits.length;
  const same = caseState.exhibits.filter((exhibit) => exhibit.verdict === caseState.verdict).length;
  if (total < 2 || caseState.verdict === null) return undefined;
  const words = { altered: "Altered", conflict: "Conflict", refused: "Refused" } as const;
  const word = caseState.verdict in words ? words[caseState.verdict as keyof typeof words] : undefined;
  return word && `${word}: ${same} of ${total} sources`;
}

function Counts() {
  const screen = useSession((session) => session.screen);
  const caseState = useSession((session) => session.caseState);
  const result = useTimelineResult((state) => state.result);
  if (!caseState) return null;
  if (screen === "timeline" && result) {
    return (
      <>
        <span>
          <span>
            Rows <b>{count(result.matching)}</b> of <b>{count(result.total)}</b>, with problems{" "}
            <b>{count(caseState.problems)}</b>
          </span>
        </span>
        <span>
          Query <b>{count(Math.round(result.milliseconds))} ms</b>
        </span>
      </>
    );
  }
  return (
    <span>
      <span>
        Rows <b>{count(caseState.events)}</b>, with problems <b>{count(caseState.problems)}</b>, findings{" "}
        <b>{count(caseState.findings)}</b>
      </span>
    </span>
  );
}

function Jobs() {
  const label = useIntake(({ intake }) =>
    intake.state === "working" ? `${intake.progress?.phase ?? "starting"}, ${intake.label}` : null,
  );
  const rules = useAlerts(({ running }) => (running ? (running.progress?.phase ?? "running the rules") : null));
  const linking = useIdentities(({ resolution }) =>
    resolution.state === "working" ? (resolution.progress?.phase ?? "linking identities") : null,
  );
  const indexing = useIndexing(({ progress }) =>
    progress ? `making the timeline’s index, ${progress.done + 1} of ${progress.of}` : null,
  );
  const signing = useSigning(({ signing: { state } }) => (state === "working" ? "signing a package" : null));
  return (
    <>
      <IconChecks size={14} aria-hidden />
      Jobs: {label ?? signing ?? rules ?? linking ?? indexing ?? "none running"}
    </>
  );
}
