import { Button } from "@mantine/core";

import { isConnected, shell } from "../../case-client.ts";
import { openRecent } from "../../state/acts.ts";
import { useSession } from "../../state/session.ts";
import { Failed } from "../../ui/states.tsx";

/** The case worker died. Nothing on disk is lost: every act was written before it was shown. */
export function WorkerGone() {
  const last = useSession((session) => (session.caseState ? session.home?.recent[0] : undefined));
  const reopen = () => {
    useSession.setState({ connection: isConnected() ? "ready" : "connecting", caseState: null, screen: "start" });
    if (!isConnected()) shell.requestWorkerPort();
    if (last) void openRecent(last.id);
  };
  return (
    <div style={{ maxWidth: 620, margin: "48px auto" }} className="panel">
      <h1 className="visually-hidden">The case cannot be reached</h1>
      <Failed
        doing="talking to the case worker"
        failure={{ code: "worker-gone", message: "The process that holds the case has stopped." }}
        safe="The case on disk. An import that was running can be finished or undone; other work was rolled back."
        action={
          <div className="row">
            <Button variant="filled" onClick={reopen}>
              {last ? "Reopen the case" : "Start it again"}
            </Button>
          </div>
        }
      />
    </div>
  );
}

/** What went wrong with an act that has no place of its own on the screen. */
export function ActFailure() {
  const failure = useSession((session) => session.failure);
  const isCaseOpen = useSession((session) => session.caseState !== null);
  if (!failure) return null;
  return (
    <div className="panel act-failure">
      <Failed
        doing={failure.doing}
        failure={failure.failure}
        safe={isCaseOpen ? "The open case is unchanged." : "Nothing was changed."}
        action={
          <div className="row">
            <Button onClick={() => useSession.setState({ failure: null })}>Close</Button>
          </div>
        }
      />
    </div>
  );
}
