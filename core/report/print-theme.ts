/** The print theme: the light tokens of the interface, in points on A4. */
export const INK = {
  text: "#14181b",
  secondary: "#3f4951",
  label: "#56616a",
  line: "#d6dbe0",
  strongLine: "#b7c0c7",
  ok: "#14683a",
  limits: "#7c5200",
  altered: "#b0231b",
  notVerifiable: "#653a9b",
  unverified: "#4f5a63",
  draft: "#faeeec",
} as const;

export const PAGE = { width: 595.28, height: 841.89, left: 42, right: 42, top: 66, bottom: 58 } as const;
export const TEXT_WIDTH = PAGE.width - PAGE.left - PAGE.right;

/** Sizes in points; line heights are {@link LEADING} times the size. */
export const SIZE = { title: 18, section: 14.25, heading: 10.5, body: 9, small: 8.25, mono: 8.25 } as const;
export const LEADING = 1.45;

/** A mark of a verdict: colour, and a shape that carries the meaning without colour (paths on a 24 × 24 grid). */
export interface VerdictMark {
  readonly ink: string;
  readonly paths: readonly string[];
}

const CROSS: VerdictMark = {
  ink: INK.altered,
  paths: ["M8.2 3h7.6l5.2 5.2v7.6l-5.2 5.2h-7.6l-5.2-5.2v-7.6z", "M9 9l6 6", "M15 9l-6 6"],
};
const CHECK_MARK: VerdictMark = {
  ink: INK.ok,
  paths: ["M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0", "M9 12l2 2l4 -4"],
};
const DASHED: VerdictMark = { ink: INK.unverified, paths: ["M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0", "M8 12h8"] };
const CHECK_MINUS: VerdictMark = {
  ink: INK.limits,
  paths: ["M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0", "M8 10l2 2l4 -4", "M8 16h8"],
};
const QUESTION: VerdictMark = {
  ink: INK.notVerifiable,
  paths: ["M12 2l10 10l-10 10l-10-10z", "M10 10a2 2 0 1 1 2.6 2c-.4 .2 -.6 .5 -.6 1v.4", "M12 15.6v.4"],
};
const FORK: VerdictMark = {
  ink: INK.altered,
  paths: ["M12 21v-7l-6 -6v-5", "M12 14l6 -6v-5", "M3 6l3 -3l3 3", "M15 6l3 -3l3 3"],
};
const STOP: VerdictMark = {
  ink: INK.altered,
  paths: ["M8.2 3h7.6l5.2 5.2v7.6l-5.2 5.2h-7.6l-5.2-5.2v-7.6z", "M7 12h10"],
};

/** The marks of the words that a verdict column may hold; other words are set as plain text. */
export const VERDICT_MARKS: ReadonlyMap<string, VerdictMark> = new Map([
  ["Verified", CHECK_MARK],
  ["Verified with limits", CHECK_MINUS],
  ["With limits", CHECK_MINUS],
  ["Not verifiable", QUESTION],
  ["Not attempted", DASHED],
  ["Withheld", DASHED],
  ["Pending", DASHED],
  ["Failed", CROSS],
  ["Altered", CROSS],
  ["Conflict", FORK],
  ["Refused", STOP],
]);
