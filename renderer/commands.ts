import { spotlight } from "@mantine/spotlight";

import { type Command } from "./command.ts";
import { chooseCase, closeCase, openSample, setTheme } from "./state/acts.ts";
import { chooseEvidence } from "./state/evidence-acts.ts";
import { runSelfTest } from "./state/self-test.ts";
import { printScreen } from "./state/printing.ts";
import { choosePackage } from "./state/reader.ts";
import { SCREENS } from "./state/screens.ts";
import { isReachable, type Session, showScreen, useSession } from "./state/session.ts";
import { custodyCommands } from "./features/custody/custody-commands.ts";
import { replayCommands } from "./features/replay/replay-commands.ts";
import { identityCommands } from "./features/identities/identity-commands.ts";
import { askForAttachment } from "./features/verify/attachment-dialog.tsx";
import { useCopiesChoice } from "./features/verify/copies-dialog.tsx";
import { timelineCommands } from "./features/timeline/timeline-commands.ts";

const always = (): null => null;
const needsWorker = (session: Session) => (session.connection === "ready" ? null : "the case worker is not running");
const needsCase = (session: Session) => (session.caseState ? null : "no case is open");

const screens: readonly Command[] = SCREENS.map(({ id, title, keys }) => ({
  id: `screen.${id}`,
  title,
  group: "Go to",
  keys,
  blocked: (session) => (isReachable(id, session) ? null : "no case is open"),
  run: () => showScreen(id),
}));

/** The one table of what can be done: it feeds the application menu, the palette and the keys. */
export const commands: readonly Command[] = [
  ...screens,
  {
    id: "evidence.files",
    title: "Add evidence: files",
    group: "Case",
    keys: ["mod+o"],
    blocked: needsWorker,
    run: () => void chooseEvidence("files", "import"),
  },
  {
    id: "evidence.folder",
    title: "Add evidence: folder",
    group: "Case",
    keys: ["mod+shift+o"],
    blocked: needsWorker,
    run: () => void chooseEvidence("folder", "import"),
  },
  {
    id: "evidence.map",
    title: "Add evidence: map by hand",
    group: "Case",
    keys: [],
    blocked: needsWorker,
    run: () => void chooseEvidence("files", "map"),
  },
  {
    id: "evidence.verify",
    title: "Verify files without a case",
    group: "Case",
    keys: [],
    blocked: needsWorker,
    run: () => void chooseEvidence("files", "verify"),
  },
  {
    id: "evidence.compare",
    title: "Compare copies of one log",
    group: "Case",
    keys: [],
    blocked: needsWorker,
    run: () => useCopiesChoice.setState({ open: true, chosen: [] }),
  },
  {
    id: "attachment.verify",
    title: "Check a signature beside a file",
    group: "Case",
    keys: [],
    blocked: needsWorker,
    run: askForAttachment,
  },
  {
    id: "self-test.run",
    title: "Run the self-test of the verifier",
    group: "Case",
    keys: [],
    blocked: needsWorker,
    run: () => {
      showScreen("settings");
      void runSelfTest();
    },
  },
  {
    id: "package.open",
    title: "Open a findings package, read-only",
    group: "Case",
    keys: [],
    blocked: needsWorker,
    run: () => void choosePackage("package"),
  },
  {
    id: "package.openFolder",
    title: "Open the folder of a findings package, read-only",
    group: "Case",
    keys: [],
    blocked: needsWorker,
    run: () => void choosePackage("package-folder"),
  },
  {
    id: "case.open",
    title: "Open a case",
    group: "Case",
    keys: [],
    blocked: needsWorker,
    run: () => void chooseCase(),
  },
  {
    id: "case.close",
    title: "Close the case",
    group: "Case",
    keys: [],
    blocked: needsCase,
    run: () => void closeCase(),
  },
  {
    id: "sample.open",
    title: "Open the sample case",
    group: "Case",
    keys: [],
    blocked: needsWorker,
    run: () => void openSample(false),
  },
  {
    id: "sample.reset",
    title: "Reset the sample case",
    group: "Case",
    keys: [],
    blocked: needsWorker,
    run: () => void openSample(true),
  },
  ...custodyCommands,
  ...timelineCommands,
  ...identityCommands,
  ...replayCommands,
  {
    id: "view.palette",
    title: "Command palette",
    group: "View",
    keys: ["mod+k", "mod+shift+p"],
    blocked: always,
    run: () => spotlight.open(),
  },
  {
    id: "view.keys",
    title: "All keys",
    group: "View",
    keys: ["?"],
    blocked: always,
    run: () => useSession.setState((session) => ({ helpOpen: !session.helpOpen })),
  },
  {
    id: "view.print",
    title: "Print this screen",
    group: "View",
    keys: ["mod+p"],
    blocked: always,
    run: () => void printScreen(),
  },
  {
    id: "theme.system",
    title: "Theme: as the system",
    group: "View",
    keys: [],
    blocked: always,
    run: () => void setTheme("system"),
  },
  {
    id: "theme.light",
    title: "Theme: light",
    group: "View",
    keys: [],
    blocked: always,
    run: () => void setTheme("light"),
  },
  {
    id: "theme.dark",
    title: "Theme: dark",
    group: "View",
    keys: [],
    blocked: always,
    run: () => void setTheme("dark"),
  },
];

/** Runs a command of the table if it can be run now. */
export function runCommand(id: string): void {
  const command = commands.find((candidate) => candidate.id === id);
  if (command && command.blocked(useSession.getState()) === null) command.run();
}
