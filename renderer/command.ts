import { type Screen, type Session } from "./state/session.ts";

/** In the order in which lists show them. */
export const COMMAND_GROUPS = ["Go to", "Case", "Timeline", "Triage", "Identities", "Replay", "View"] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

export interface Command {
  /** Stable: the application menu and the start-up check name commands by it. */
  readonly id: string;
  readonly title: string;
  readonly group: CommandGroup;
  /** Such as "mod+k", "shift+j", "/"; the first is shown. */
  readonly keys: readonly string[];
  /** A command of one screen. */
  readonly only?: Screen;
  /** Its keys count only while the focus is inside what this selector finds, and come before those without one. */
  readonly within?: string;
  /** Its keys are the text field's own while a person types. */
  readonly notWhileTyping?: boolean;
  /** Why it cannot be done now; null when it can. */
  blocked(session: Session): string | null;
  run(): void;
}
