import { Button } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useEffect } from "react";

import { type KeptSelfTest, type SelfTestClass } from "../../../core/model/self-test.ts";
import { readSelfTest, runSelfTest, useSelfTest } from "../../state/self-test.ts";
import { useSession } from "../../state/session.ts";
import { count, duration, moment } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { Failed, WorkProgress } from "../../ui/states.tsx";

/** The error rate of this build: measured here, on this machine, as often as one likes. */
export function SelfTestPanel() {
  const { run, kept } = useSelfTest();
  const version = useSession((session) => session.home?.version ?? "");
  const connected = useSession((session) => session.connection === "ready");
  useEffect(() => {
    if (connected) void readSelfTest();
  }, [connected]);
  return (
    <section className="panel" aria-label="Self-test">
      <div className="panel-head">
        <h2>Self-test of the verifier</h2>
        <span className="aside">version {version}</span>
      </div>
      <div className="panel-body column" style={{ gap: 10 }}>
        <p className="size-12 text-2">
          Makes thousands of good and changed bundles from a fixed seed, verifies each, and counts the errors. The sums
          are printed in the reports of this build.
        </p>
        <Kept kept={kept} />
        {run.state === "working" ? (
          <WorkProgress progress={run.progress} startedAt={run.startedAt} onCancel={run.cancel} />
        ) : (
          <div>
            <Button leftSection={<IconPlayerPlay size={14} aria-hidden />} onClick={() => void runSelfTest()}>
              Run the self-test
            </Button>
          </div>
        )}
        {run.state === "failed" && (
          <Failed doing="running the self-test" failure={run.failure} safe="The result before it, if there is one." />
        )}
        {run.state === "done" && <Classes classes={run.result.classes} seconds={run.result.seconds} />}
      </div>
    </section>
  );
}

function Kept({ kept }: { readonly kept: KeptSelfTest | null | undefined }) {
  if (kept === undefined) return <p className="size-12 text-2">Reading the last result.</p>;
  if (kept === null) {
    return <Notice tone="info">This build was not tested on this machine. Reports say so until it is.</Notice>;
  }
  const { missed, of, falseAlarms, ofGood, ranAt } = kept;
  return (
    <Notice tone={missed + falseAlarms === 0 ? "ok" : "altered"}>
      <b>
        Missed {count(missed)} of {count(of)}, false alarms {count(falseAlarms)} of {count(ofGood)}.
      </b>{" "}
      Run {moment(ranAt)} UTC. It speaks of these kinds of change, and of no others.
    </Notice>
  );
}

function Classes({ classes, seconds }: { readonly classes: readonly SelfTestClass[]; readonly seconds: number }) {
  return (
    <div>
      <h3 className="label">
        {count(classes.length)} kinds of change in {duration(seconds)}
      </h3>
      <div className="self-test-classes" tabIndex={0} role="region" aria-label="Errors by kind of change">
        <table className="table size-12">
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">What was changed</th>
              <th scope="col" className="right">
                Missed
              </th>
              <th scope="col" className="right">
                False alarms
              </th>
            </tr>
          </thead>
          <tbody>
            {classes.map(({ id, format, what, missed, of, falseAlarms, ofGood }) => (
              <tr key={`${format} ${id}`}>
                <td className="mono">{id}</td>
                <td>{what}</td>
                <td className="right number">
                  {count(missed)} of {count(of)}
                </td>
                <td className="right number">
                  {count(falseAlarms)} of {count(ofGood)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
