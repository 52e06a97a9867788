import { type CaseState, type HomeState, type InputOf } from "../../core/api/contract.ts";
import { type Progress } from "../../core/model/progress.ts";
import { ask, failureOf, isCancelled, shell } from "../case-client.ts";
import { resetCaseDraft } from "./case-draft.ts";
import { useCustody } from "./custody.ts";
import { resetFindings } from "./finding-draft.ts";
import { type IntakeMode, useIntake } from "./intake.ts";
import { resetPackageChoices } from "./package-choices.ts";
import { isReachable, showScreen, type Theme, useSession } from "./session.ts";
import { resetSigning } from "./signing.ts";
import { writeStored } from "./stored.ts";
import { resetTimeline } from "./timeline.ts";
import { takeResult } from "./timeline-result.ts";

/** Runs an act of the examiner's and shows what went wrong with it; a cancelled act says nothing. */
export function attempt(doing: string, act: () => Promise<void>): Promise<void> {
  useSession.setState({ failure: null });
  return follow(doing, act);
}

/** The same of what the window does by itself: a failure that is shown stays. */
export async function follow(doing: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isCancelled(error)) useSession.setState({ failure: { doing, failure: failureOf(error) } });
  }
}

export function tookHome(home: HomeState): void {
  useSession.setState({ home });
}

export function tookPinned(pinned: HomeState["pinned"]): void {
  useSession.setState(({ home }) => (home ? { home: { ...home, pinned } } : {}));
}

/** What belongs to one case: numbers of results and entries begin again with every case and every worker. */
function leaveCase(): void {
  resetTimeline();
  takeResult(null);
  useCustody.setState({ chosen: null, words: "" });
  resetCaseDraft();
  resetFindings();
  resetPackageChoices();
  resetSigning();
}

function enterCase(caseState: CaseState): void {
  leaveCase();
  useIntake.setState({ intake: { state: "idle" }, exhibit: null, check: null });
  useSession.setState((session) => ({
    caseState,
    revision: session.revision + 1,
    screen: caseState.exhibits.length > 0 ? "verify" : session.screen === "start" ? "verify" : session.screen,
  }));
}

export async function refreshCase(): Promise<void> {
  const caseState = await ask("case.read", undefined);
  useSession.setState((session) => ({ caseState, revision: session.revision + 1 }));
}

export function openRecent(id: string): Promise<void> {
  return attempt("opening the case", () => openCase({ recent: id }));
}

/** Reads again which cases there are, and what is in them now. */
export function refreshHome(): Promise<void> {
  return follow("reading the recent cases", async () => tookHome(await ask("home.read", undefined)));
}

export function chooseCase(): Promise<void> {
  return attempt("opening the case", async () => {
    const grant = await shell.chooseCase();
    if (grant) await openCase({ grant: grant.grant });
  });
}

export async function openCase(named: InputOf<"case.open">): Promise<void> {
  try {
    enterCase(await ask("case.open", named));
  } catch (error) {
    await followCase();
    throw error;
  }
  // Nothing else that the window shows would tell of it.
  if (await ask("import.interrupted", undefined)) showScreen("verify");
  tookHome(await ask("home.read", undefined));
}

export function openSample(reset: boolean): Promise<void> {
  return work("import", "the sample case", async (signal, onProgress) => {
    const caseState = await ask("case.openSample", { reset }, { signal, onProgress });
    enterCase(caseState);
    tookHome(await ask("home.read", undefined));
    return { state: "idle" };
  });
}

export function closeCase(): Promise<void> {
  return attempt("closing the case", async () => {
    const home = await ask("case.close", undefined);
    leaveCase();
    useIntake.setState({ intake: { state: "idle" }, exhibit: null });
    useSession.setState({ home, caseState: null, screen: "start" });
  });
}

/** A case for evidence of this name, where the examiner says. */
export async function makeCase(label: string): Promise<void> {
  const target = await shell.chooseTarget("case", `${label.replace(/(\.[a-z0-9]+)+$/i, "")}.assay`);
  if (!target) return;
  enterCase(await ask("case.create", { grant: target.grant }));
  tookHome(await ask("home.read", undefined));
}

export interface WorkOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

type Outcome = Exclude<ReturnType<typeof useIntake.getState>["intake"], { state: "working" | "failed" }>;

/** Long work on evidence: the Verify screen shows its progress, and its failure if it fails. */
export async function work(
  mode: IntakeMode,
  label: string,
  run: (signal: AbortSignal, onProgress: (progress: Progress) => void) => Promise<Outcome>,
): Promise<void> {
  const controller = new AbortController();
  const startedAt = performance.now();
  const show = (progress: Progress | null) =>
    useIntake.setState({
      intake: { state: "working", mode, label, progress, startedAt, cancel: () => controller.abort() },
    });
  useIntake.setState({ exhibit: null, check: null, copy: null });
  useSession.setState({ screen: "verify", failure: null });
  show(null);
  try {
    const intake = await run(controller.signal, (progress) => {
      if (!controller.signal.aborted) show(progress);
    });
    useIntake.setState({ intake });
  } catch (error) {
    const cancelled = controller.signal.aborted || isCancelled(error);
    await followCase();
    useIntake.setState({
      intake: cancelled ? { state: "idle" } : { state: "failed", mode, label, failure: failureOf(error) },
    });
    if (cancelled && !useSession.getState().caseState) useSession.setState({ screen: "start" });
  }
}

/** After an act that failed the worker may have no case open, or another one; the window shows what is. */
async function followCase(): Promise<void> {
  // A worker that died has none; which case is to be opened again the window still knows.
  if (useSession.getState().connection === "gone") return;
  const caseState = await ask("case.read", undefined).catch(() => null);
  if (!caseState) leaveCase();
  useSession.setState((session) => ({
    caseState,
    revision: session.revision + 1,
    screen: isReachable(session.screen, { ...session, caseState }) ? session.screen : "start",
  }));
}

export function setTheme(theme: Theme): Promise<void> {
  useSession.setState({ theme });
  writeStored("theme", theme);
  return attempt("changing the theme", () => shell.setTheme(theme));
}
