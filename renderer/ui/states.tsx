import { Button } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";

import { type Failure } from "../../core/api/failure.ts";
import { extentOf, type Progress } from "../../core/model/progress.ts";
import { asSentence, bytes, count, duration } from "./format.ts";
import { nextStepOf } from "./next-step.ts";
import { Notice } from "./notice.tsx";

/** Why a view is empty, and one act that helps. */
export function Empty({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="state">
      <h2>{title}</h2>
      <p>{children}</p>
      {action}
    </div>
  );
}

/** What went wrong, where, what stays safe, and the stable code. */
export function Failed({
  failure,
  doing,
  safe,
  action,
}: {
  readonly failure: Failure;
  readonly doing: string;
  readonly safe: string;
  readonly action?: ReactNode;
}) {
  const detail = (name: string) => {
    const value = failure.details?.[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  };
  const place = (unit: string, at: string | undefined) => at && `${unit} ${at}`;
  const rows = [
    ["File", detail("file")],
    // Without a file the place is in what was typed, and the message names it.
    [
      "Place",
      detail("file") && [place("line", detail("line")), place("byte", detail("offset"))].filter(Boolean).join(", "),
    ],
    ["Expected", detail("expected")],
    ["Found", detail("found")],
    ["Kept", safe],
    ["Next", nextStepOf(failure)],
  ] as const;
  return (
    <div className="failure" role="alert">
      <Notice tone="altered">
        <b>Failed: {doing}.</b> {messageAfter(doing, failure.message)}
      </Notice>
      <dl className="fields">
        {rows.map(([name, value]) =>
          value ? (
            <div key={name} style={{ display: "contents" }}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
        <dt>Code</dt>
        <dd className="mono">{failure.code}</dd>
      </dl>
      {action && <div>{action}</div>}
    </div>
  );
}

/** A message that begins with what was done need not say so again. */
function messageAfter(doing: string, message: string): string {
  return message.startsWith(`${doing}: `) ? asSentence(message.slice(doing.length + 2)) : message;
}

/** What went wrong with a form, in one line and its stable code. */
export function FailureNote({ failure }: { readonly failure: Failure }) {
  return (
    <div role="alert">
      <Notice tone="altered">
        {failure.message} <span className="mono nowrap">{failure.code}</span>
      </Notice>
    </div>
  );
}

/** Progress in counts and seconds, with Cancel. */
export function WorkProgress({
  progress,
  startedAt,
  onCancel,
}: {
  readonly progress: Progress | null;
  readonly startedAt: number;
  readonly onCancel: () => void;
}) {
  const seconds = useSecondsSince(startedAt);
  const { done, total } = progress ? extentOf(progress) : { done: 0, total: undefined };
  const share = total ? Math.min(1, done / total) : null;
  const left = share !== null && share > 0.02 && seconds > 1 ? (seconds * (1 - share)) / share : null;
  return (
    <div className="column" style={{ gap: 6 }}>
      <div
        className="progress-track"
        role="progressbar"
        aria-label={progress?.phase ?? "starting"}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(share !== null && { "aria-valuenow": Math.round(share * 100) })}
      >
        <i style={{ width: `${(share ?? 0) * 100}%` }} />
      </div>
      <div className="progress-text">
        <span>
          {progress ? (
            <>
              {progress.phase}: <b>{count(progress.records)}</b>
              {progress.recordsTotal === undefined ? (
                <>
                  {" records, "}
                  <b>{bytes(progress.bytesDone)}</b>
                  {progress.bytesTotal !== undefined && ` of ${bytes(progress.bytesTotal)}`}
                </>
              ) : (
                ` of ${count(progress.recordsTotal)} records`
              )}
            </>
          ) : (
            "starting"
          )}
          , {duration(seconds)}
          {left !== null && `, about ${duration(left)} left`}
        </span>
        <Button variant="subtle" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </div>
  );
}

function useSecondsSince(startedAt: number): number {
  const [now, setNow] = useState(startedAt);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, now - startedAt) / 1000;
}
