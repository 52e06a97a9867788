import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { type BrowserWindow } from "electron";

import { type Dialogs } from "./dialogs.ts";
import { COMMAND_MESSAGE } from "./shell-contract.ts";

const SCREENS = ["verify", "timeline", "findings"];
const POLL_MS = 100;
/** The page counts as settled when it says so this many times in a row. */
const SETTLED_POLLS = 5;
const TIMEOUT_MS = 180_000;

/** The page shows that something could not be done: its own words, which need no stack. */
export class SmokeFailure extends Error {}

/** What the page says of itself (renderer/app.tsx). */
interface PageFacts {
  readonly screen: string | undefined;
  readonly settled: string | undefined;
  readonly verdict: string | undefined;
  /** What went wrong with the last act, in one sentence; empty when nothing did. */
  readonly failure: string | undefined;
}

/**
 * Shows that the application works where nobody can look at it: opens the sample case, or what was given on the command
 * line, leaves a picture of each screen, and returns the verdict it came to.
 */
export async function runSmoke(window: BrowserWindow, folder: string, evidenceGiven: boolean): Promise<string> {
  await mkdir(folder, { recursive: true });
  const run = (commandId: string) => window.webContents.send(COMMAND_MESSAGE, commandId);
  const picture = async (name: string) => {
    const image = await window.webContents.capturePage();
    await writeFile(path.join(folder, `${name}.png`), image.toPNG());
  };

  await until(window, "the start screen", ({ screen, settled }) => settled === "true" && screen !== undefined);
  if (!evidenceGiven) {
    await picture("start");
    run("sample.open");
  }
  const opened = await until(window, "a verdict", (facts) => facts.settled === "true" && isVerdict(facts.verdict));
  for (const screen of SCREENS) {
    run(`screen.${screen}`);
    await until(window, `the ${screen} screen`, (facts) => facts.settled === "true" && facts.screen === screen);
    await picture(screen);
  }
  return opened.verdict ?? "none";
}

/** Nobody is there to be asked: a new case goes into `folder`, everything else is as if it were cancelled. */
export function smokeDialogs(folder: string): Dialogs {
  return {
    chooseEvidence: () => Promise.resolve([]),
    chooseFile: () => Promise.resolve(null),
    chooseCase: () => Promise.resolve(null),
    chooseTarget: (kind, suggestedName) =>
      Promise.resolve(kind === "case" ? path.join(folder, path.basename(suggestedName)) : null),
  };
}

const isVerdict = (word: string | undefined) => word !== undefined && word !== "none";

async function until(
  window: BrowserWindow,
  what: string,
  isReached: (facts: PageFacts) => boolean,
): Promise<PageFacts> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (let inARow = 0; ;) {
    // The value is read in the page, which is our own; it is only compared and shown.
    const facts = (await window.webContents.executeJavaScript("({ ...document.body.dataset })")) as PageFacts;
    inARow = isReached(facts) ? inARow + 1 : 0;
    if (inARow >= SETTLED_POLLS) return facts;
    if (facts.failure) throw new SmokeFailure(facts.failure);
    if (Date.now() > deadline) throw new Error(`waited for ${what}; the page says ${JSON.stringify(facts)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
