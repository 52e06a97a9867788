import { create } from "zustand";

import { type CaseState, type HomeState } from "../../core/api/contract.ts";
import { type Failure } from "../../core/api/failure.ts";
import { type ShellInfo } from "../../electron/shell-contract.ts";
import { type Screen } from "./screens.ts";

export { type Screen } from "./screens.ts";

/** The worker holds the case; without it a window can only say so and ask for a new one. */
export type Connection = "connecting" | "ready" | "gone";

export type Theme = "system" | "light" | "dark";

export interface Session {
  readonly connection: Connection;
  readonly screen: Screen;
  readonly theme: Theme;
  readonly home: HomeState | null;
  readonly shellInfo: ShellInfo | null;
  readonly caseState: CaseState | null;
  /** Counts changes of the case; every visible question is asked again when it grows. */
  readonly revision: number;
  readonly helpOpen: boolean;
  /** What went wrong with an act that has no place of its own on a screen. */
  readonly failure: { readonly doing: string; readonly failure: Failure } | null;
}

export const useSession = create<Session>(() => ({
  connection: "connecting",
  screen: "start",
  theme: "system",
  home: null,
  shellInfo: null,
  caseState: null,
  revision: 0,
  helpOpen: false,
  failure: null,
}));

/** Screens that have something to show without a case. */
const WITHOUT_CASE: ReadonlySet<Screen> = new Set(["start", "verify", "package", "settings"]);

/** Whether a screen has something to show. */
export function isReachable(screen: Screen, session: Session): boolean {
  return WITHOUT_CASE.has(screen) || session.caseState !== null;
}

export function showScreen(screen: Screen): void {
  useSession.setState((session) => (isReachable(screen, session) ? { screen } : {}));
}
