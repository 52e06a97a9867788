import { readFile } from "node:fs/promises";

import { z } from "zod";

import { replaceFile } from "../casefile/home.ts";
import { type KeptSelfTest, type SelfTestResult } from "../model/self-test.ts";

const count = z.number().int().min(0);
const keptResult = z.strictObject({
  build: z.string(),
  ranAt: z.string(),
  missed: count,
  of: count,
  falseAlarms: count,
  ofGood: count,
});

/** Keeps the sums of a self-test for later reports of the same build. */
export async function keepSelfTest(path: string, build: string, ranAt: string, result: SelfTestResult): Promise<void> {
  const sum = (counted: (of: SelfTestResult["classes"][number]) => number): number =>
    result.classes.reduce((total, of) => total + counted(of), 0);
  const kept: KeptSelfTest = {
    build,
    ranAt,
    missed: sum(({ missed }) => missed),
    of: sum(({ of }) => of),
    falseAlarms: sum(({ falseAlarms }) => falseAlarms),
    ofGood: sum(({ ofGood }) => ofGood),
  };
  await replaceFile(path, `${JSON.stringify(kept)}\n`);
}

/** The kept self-test of this build; null when there is none, or only one of another build. */
export async function readSelfTest(path: string, build: string): Promise<KeptSelfTest | null> {
  const text = await readFile(path, "utf8").catch(() => "null");
  const kept = keptResult.nullable().safeParse(parsed(text));
  return kept.success && kept.data?.build === build ? kept.data : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A damaged file is as good as none: the test can be run again.
    return null;
  }
}
