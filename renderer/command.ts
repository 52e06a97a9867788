import { type Screen, type Session } from "./state/session.ts";

export interface Command {
  /** Stable: the application menu and the start-up check name commands by it. */
  readonly id: string;
  readonly title: string;
  readonly group: "Go to" | "Case" | "Timeline" | "View";
  /** Such as "mod+k", "shift+j", "/"; the first is shown. */
  readonly keys: readonly string[];
  /** A command of one screen. */
  readonly only?: Screen;
  /** Why it cannot be done now; null when it can. */
  blocked(session: Session): string | null;
  run(): void;
}
