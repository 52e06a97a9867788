import { z } from "zod";

import { ask, followWorker, hear, shell } from "../case-client.ts";
import { runCommand } from "../commands.ts";
import { attempt, follow, refreshCase, setTheme, tookHome } from "./acts.ts";
import { followAlerts } from "./alerts.ts";
import { readStoredZone } from "./clock.ts";
import { takeEvidence } from "./evidence-acts.ts";
import { followEvidence } from "./indexing.ts";
import { diaryAppended } from "./custody.ts";
import { useSession } from "./session.ts";
import { followIdentities } from "../features/identities/identities-state.ts";
import { followReplay } from "../features/replay/replay-state.ts";
import { followOffsets } from "../features/timeline/recorded-column.ts";
import { followLayout } from "./timeline.ts";
import { readStored } from "./stored.ts";
import { followTriage } from "./triage.ts";

/** Connects the window: worker port, what the start screen shows, what the command line named, the menu. */
export function boot(): void {
  const theme = readStored("theme", z.enum(["system", "light", "dark"]), "system");
  if (theme !== "system") void setTheme(theme);
  readStoredZone();
  followLayout();
  followTriage();
  followAlerts();
  followEvidence();
  followIdentities();
  followReplay();
  followOffsets();
  let first = true;
  followWorker(
    () => {
      // A worker that was started again has no case open; the window says so and offers to reopen it.
      useSession.setState(({ caseState }) => ({ connection: caseState ? "gone" : "ready" }));
      void attempt("reading the list of cases", async () => {
        tookHome(await ask("home.read", undefined));
        if (!first) return;
        first = false;
        useSession.setState({ shellInfo: await shell.info() });
        await takeEvidence(await shell.takeStartGrants(), "import");
      });
    },
    () => useSession.setState({ connection: "gone" }),
  );
  hear("case.changed", ({ revision }) => {
    if (useSession.getState().caseState?.revision !== revision) void follow("reading the case", refreshCase);
  });
  hear("custody.appended", diaryAppended);
  shell.onCommand(runCommand);
}
