import { type Command } from "./command.ts";
import { commands } from "./commands.ts";
import { keysOf } from "./state/key-bindings.ts";
import { useSession } from "./state/session.ts";

const MAC = navigator.userAgent.includes("Macintosh");

/** The key as people read it: "Ctrl K". */
export function keyLabel(key: string): string {
  return key
    .split("+")
    .map((part) => {
      if (part === "mod") return MAC ? "⌘" : "Ctrl";
      if (part === "arrowdown") return "↓";
      if (part === "arrowup") return "↑";
      if (part === "arrowleft") return "←";
      if (part === "arrowright") return "→";
      if (part === " ") return "Space";
      if (part.startsWith("page")) return part === "pageup" ? "Page Up" : "Page Down";
      if (part.length > 1) return part.charAt(0).toUpperCase() + part.slice(1);
      return key.includes("+") ? part.toUpperCase() : part;
    })
    .join(" ");
}

/** The key of an event as the command table spells it. */
export function pressed(event: KeyboardEvent): string {
  const mod = MAC ? event.metaKey : event.ctrlKey;
  const key = event.key.toLowerCase();
  // Shift is part of a printed character such as "?", and a modifier of letters and named keys.
  const shift = event.shiftKey && (/^[a-z]$/.test(key) || key.length > 1);
  return `${mod ? "mod+" : ""}${event.altKey ? "alt+" : ""}${shift ? "shift+" : ""}${key}`;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
      target.closest('[role="dialog"], [role="menu"]') !== null)
  );
}

/** Enter and space press a focused control; they are no command then. */
function pressesControl(key: string, target: EventTarget | null): boolean {
  return (
    (key === "enter" || key === " ") &&
    target instanceof Element &&
    target.closest('button, a[href], summary, [role="menuitem"], [role="menuitemcheckbox"]') !== null
  );
}

function matches(command: Command, key: string, event: KeyboardEvent): boolean {
  if (!keysOf(command).includes(key)) return false;
  if (command.only !== undefined && command.only !== useSession.getState().screen) return false;
  if (command.within !== undefined && !(event.target instanceof Element && event.target.closest(command.within))) {
    return false;
  }
  if (pressesControl(key, event.target)) return false;
  // A named key in a field is the field's own, but for those that no field knows.
  const single = !/^(mod\+|(shift\+)?f\d)/.test(key);
  return !((single || command.notWhileTyping === true) && isTyping(event.target));
}

/** Runs the command whose key was pressed: one of the focused part before one of the screen, then the first in the table. */
export function followKeys(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    const key = pressed(event);
    const found = commands.filter((candidate) => matches(candidate, key, event));
    const command = found.find(({ within }) => within !== undefined) ?? found[0];
    if (!command || command.blocked(useSession.getState()) !== null) return;
    event.preventDefault();
    command.run();
  };
  window.addEventListener("keydown", onKeyDown);
  return () => window.removeEventListener("keydown", onKeyDown);
}
