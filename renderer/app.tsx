import { useMantineColorScheme } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { useEffect, useRef } from "react";

import { takeEvidence } from "./state/evidence-acts.ts";
import { shell } from "./case-client.ts";
import { ClockDialog } from "./features/frame/clock-dialog.tsx";
import { KeySheet } from "./features/frame/key-sheet.tsx";
import { Palette } from "./features/frame/palette.tsx";
import { Rail } from "./features/frame/rail.tsx";
import { StatusBar } from "./features/frame/status-bar.tsx";
import { TitleBar } from "./features/frame/title-bar.tsx";
import { ActFailure, WorkerGone } from "./features/frame/troubles.tsx";
import { MappingDialog } from "./features/import/mapping-dialog.tsx";
import { AttachmentDialog } from "./features/verify/attachment-dialog.tsx";
import { CopiesDialog } from "./features/verify/copies-dialog.tsx";
import { followKeys } from "./keys.ts";
import { useClock } from "./state/clock.ts";
import { useIntake } from "./state/intake.ts";
import { SCREEN_VIEWS } from "./screens.tsx";
import { useSession } from "./state/session.ts";

export function App() {
  const screen = useSession((session) => session.screen);
  const connection = useSession((session) => session.connection);
  const View = SCREEN_VIEWS[screen];
  // Another zone changes every time that is shown: the screen is drawn anew.
  const zone = useClock((clock) => clock.zone);
  usePageFacts();
  useTheme();
  useEffect(() => followKeys(), []);
  useEffect(() => followDrops(), []);
  return (
    <div className="frame">
      <TitleBar />
      <Rail />
      <main className="screen" tabIndex={-1}>
        {connection === "gone" ? <WorkerGone /> : View && <View key={zone} />}
        <ActFailure />
      </main>
      <StatusBar />
      <Palette />
      <KeySheet />
      <ClockDialog />
      <MappingDialog />
      <CopiesDialog />
      <AttachmentDialog />
      <Notifications position="bottom-right" />
    </div>
  );
}

/** What a start-up check and the tests read of the page. */
function usePageFacts(): void {
  const screen = useSession((session) => session.screen);
  const verdict = useSession((session) => session.caseState?.verdict ?? null);
  const checked = useIntake(({ intake }) => (intake.state === "checked" ? intake.result.verdict : null));
  const actFailure = useSession((session) => session.failure?.failure.message);
  const intakeFailure = useIntake(({ intake }) => (intake.state === "failed" ? intake.failure.message : undefined));
  useEffect(() => {
    document.body.dataset["screen"] = screen;
    document.body.dataset["verdict"] = checked ?? verdict ?? "none";
    document.body.dataset["failure"] = actFailure ?? intakeFailure ?? "";
  }, [screen, verdict, checked, actFailure, intakeFailure]);
}

function useTheme(): void {
  const theme = useSession((session) => session.theme);
  const { setColorScheme } = useMantineColorScheme();
  const set = useRef(setColorScheme);
  useEffect(() => set.current(theme === "system" ? "auto" : theme), [theme]);
}

/** Evidence may be dropped anywhere on the window. */
function followDrops(): () => void {
  const onDragOver = (event: DragEvent) => event.preventDefault();
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) void shell.grantDropped(files).then((grants) => takeEvidence(grants, "import"));
  };
  window.addEventListener("dragover", onDragOver);
  window.addEventListener("drop", onDrop);
  return () => {
    window.removeEventListener("dragover", onDragOver);
    window.removeEventListener("drop", onDrop);
  };
}
