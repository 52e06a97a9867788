import { beforeAll, expect, test, vi } from "vitest";

import { type Command } from "../../../renderer/command.ts";

/** The keys that the design names, and what each must be in the table of commands. */
const KEYS: Readonly<Record<string, string>> = {
  "mod+k": "view.palette",
  "mod+shift+p": "view.palette",
  "/": "timeline.query",
  "mod+l": "timeline.query",
  j: "timeline.next",
  k: "timeline.previous",
  arrowdown: "timeline.next",
  arrowup: "timeline.previous",
  "shift+j": "timeline.extend-next",
  "shift+k": "timeline.extend-previous",
  "shift+arrowdown": "timeline.extend-next",
  "shift+arrowup": "timeline.extend-previous",
  ".": "timeline.lane-next",
  ",": "timeline.lane-previous",
  w: "timeline.zoom-in",
  a: "timeline.pan-left",
  d: "timeline.pan-right",
  f: "timeline.fit",
  r: "timeline.range",
  m: "timeline.measure",
  s: "triage.keep",
  x: "triage.noise",
  u: "triage.undecided",
  t: "triage.tag",
  c: "triage.comment",
  g: "triage.activity",
  b: "triage.flag",
  enter: "timeline.inspect",
  " ": "timeline.inspect",
  "+": "timeline.filter-in",
  "-": "timeline.filter-out",
  "[": "timeline.facets",
  "]": "timeline.inspector",
  "mod+g": "timeline.go-to",
  "mod+z": "triage.undo",
  "mod+shift+z": "triage.redo",
  "mod+1": "screen.start",
  "mod+2": "screen.verify",
  "mod+3": "screen.timeline",
  "mod+4": "screen.identities",
  "mod+5": "screen.alerts",
  "mod+6": "screen.replay",
  "mod+7": "screen.findings",
  "mod+8": "screen.report",
  "mod+e": "timeline.export",
  "?": "view.keys",
};

let commands: readonly Command[];
beforeAll(async () => {
  // The window is the border of the page: the table of commands only names what would be asked over it.
  vi.stubGlobal("window", { assay: {}, addEventListener: () => undefined });
  vi.stubGlobal("navigator", { userAgent: "Linux" });
  ({ commands } = await import("../../../renderer/commands.ts"));
  return () => vi.unstubAllGlobals();
});

/** Whether both can be meant by a key at once: on one screen, and with the focus anywhere or in the same part. */
function meet(one: Command, other: Command): boolean {
  const screens = one.only === undefined || other.only === undefined || one.only === other.only;
  return screens && one.within === other.within;
}

test("every key of the design is bound to its command", () => {
  for (const [key, id] of Object.entries(KEYS)) {
    expect(
      commands.filter(({ keys }) => keys.includes(key)).map((command) => command.id),
      key,
    ).toContain(id);
  }
  expect(commands.find(({ id }) => id === "timeline.zoom-out")).toMatchObject({
    keys: ["s"],
    within: ".strip, .lanes",
  });
});

test("no key means two things at one place", () => {
  const twice = commands.flatMap((command, index) =>
    commands
      .slice(index + 1)
      .filter((other) => meet(command, other) && other.keys.some((key) => command.keys.includes(key)))
      .map((other) => `${command.id} and ${other.id}`),
  );
  expect(twice).toEqual([]);
});

test("every command has an id and a title of its own", () => {
  for (const word of ["id", "title"] as const) {
    const words = commands.map((command) => `${command.only ?? ""} ${command[word]}`);
    expect(new Set(words).size).toBe(words.length);
  }
});
