import { ask, followWorker, hear, shell } from "../case-client.ts";
import { runCommand } from "../commands.ts";
import { attempt, refreshCase, setTheme, takeEvidence, tookHome } from "./acts.ts";
import { readStoredZone } from "./clock.ts";
import { useSession } from "./session.ts";
import { followLayout } from "./timeline.ts";
import { followTriage } from "./triage.ts";

/** Connects the window: worker port, what the start screen shows, what the command line named, the menu. */
export function boot(): void {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") void setTheme(theme);
  readStoredZone();
  followLayout();
  followTriage();
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
    if (useSession.getState().caseState?.revision !== revision) void attempt("reading the case", refreshCase);
  });
  shell.onCommand(runCommand);
}
