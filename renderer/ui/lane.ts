import { type CSSProperties } from "react";

const LANES = 8;

/** The lane colour of a source, by its position in the case; the ninth reuses the first with a letter of its own. */
export function laneStyle(position: number): CSSProperties {
  // Custom properties are valid in a style object; React's type does not know them.
  return { "--lane-color": `var(--lane-${(Math.max(0, position) % LANES) + 1})` } as CSSProperties;
}

export function laneLetter(position: number): string {
  return String.fromCharCode(65 + (Math.max(0, position) % 26));
}
