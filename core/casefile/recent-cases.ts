import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";

import { z } from "zod";

import { BUNDLE_VERDICTS } from "../model/verdict.ts";
import { holdsCase } from "./case-folder.ts";
import { replaceFile } from "./home.ts";

/** The list is for finding a case again; older ones are forgotten. */
const MAX_RECENT_CASES = 30;

const recentCaseShape = z.object({
  path: z.string().min(1),
  title: z.string(),
  verdict: z.enum(BUNDLE_VERDICTS).nullable(),
  events: z.number().int().min(0),
  findings: z.number().int().min(0),
  openedAt: z.string(),
});

/** A case as the list keeps it. `path` is absolute and never leaves core. */
export type RecentCaseRecord = z.infer<typeof recentCaseShape>;

/** A case as a window may see it: an id and the folder's name stand for the path. */
export interface KnownCase extends RecentCaseRecord {
  readonly id: string;
  readonly label: string;
  /** False when the case is no longer there. */
  readonly present: boolean;
}

/** The recent cases, newest first. A damaged list, or a damaged item of it, is as good as none: it holds no evidence. */
export async function readRecentCases(file: string): Promise<readonly KnownCase[]> {
  const records = await readRecords(file);
  return Promise.all(
    records.map(async (record) => ({
      ...record,
      id: idOf(record.path),
      label: basename(record.path),
      present: await holdsCase(record.path),
    })),
  );
}

/** Puts a case at the top of the list. */
export async function rememberCase(file: string, record: RecentCaseRecord): Promise<void> {
  const others = (await readRecords(file)).filter(({ path }) => path !== record.path);
  await writeRecords(file, [record, ...others]);
}

/** Takes a case off the list; the case itself stays. */
export async function forgetCase(file: string, id: string): Promise<void> {
  await writeRecords(
    file,
    (await readRecords(file)).filter(({ path }) => idOf(path) !== id),
  );
}

function idOf(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 16);
}

async function readRecords(file: string): Promise<readonly RecentCaseRecord[]> {
  const value = await readFile(file, "utf8")
    .then(
      (text): unknown => JSON.parse(text),
      () => undefined,
    )
    .catch(() => undefined);
  const list = z.object({ cases: z.array(z.unknown()) }).safeParse(value);
  if (!list.success) return [];
  return list.data.cases.flatMap((item) => {
    const record = recentCaseShape.safeParse(item);
    return record.success ? [record.data] : [];
  });
}

function writeRecords(file: string, records: readonly RecentCaseRecord[]): Promise<void> {
  return replaceFile(file, `${JSON.stringify({ v: 1, cases: records.slice(0, MAX_RECENT_CASES) }, undefined, 2)}\n`);
}
