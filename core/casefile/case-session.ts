import { rm } from "node:fs/promises";

import { type CustodyEntry } from "../model/custody.ts";
import { type CaseFile } from "./case-file.ts";
import { createCase, openCase } from "./open-case.ts";
import { hostId } from "./custody-host.ts";
import { openCustodyJournal, type CustodyJournal } from "./custody-journal.ts";
import { type Endorser } from "./custody-session.ts";
import { forgetMigration, readMigration } from "./migrate.ts";

/** A case that is being worked on: its data, and the journal that every act is written to before its result is shown. */
export interface CaseSession {
  readonly caseFile: CaseFile;
  readonly custody: CustodyJournal;
  /** Closes both; the journal ends with `case.closed`. */
  close(): Promise<void>;
}

/** Who works on the case, and with which build of Assay. */
export interface SessionOptions {
  /** The examiner's unlocked key, or null for a session that nobody endorses. */
  readonly endorser: Endorser | null;
  readonly actorName: string;
  readonly app: CustodyEntry["app"];
}

/** Makes a case and begins a session in it; a case that cannot be begun is not left behind. Throws as `createCase`. */
export async function createSession(root: string, options: SessionOptions): Promise<CaseSession> {
  const caseFile = await createCase(root);
  try {
    return await beginSession(caseFile, "case.created", options);
  } catch (error) {
    await caseFile.close();
    await rm(root, { recursive: true, force: true });
    throw error;
  }
}

/** Opens a case for work. Throws as `openCase` and `openCustodyJournal`. */
export async function openSession(root: string, options: SessionOptions): Promise<CaseSession> {
  const caseFile = await openCase(root, { writable: true });
  try {
    return await beginSession(caseFile, "case.opened", options);
  } catch (error) {
    await caseFile.close();
    throw error;
  }
}

async function beginSession(
  caseFile: CaseFile,
  action: "case.created" | "case.opened",
  options: SessionOptions,
): Promise<CaseSession> {
  const custody = await openCustodyJournal(caseFile.folder.custody, { ...options, host: await hostId() });
  await custody.append({ action, object: { id: "case", label: caseFile.folder.label } });
  await recordMigration(caseFile, custody);
  await recordKeyChange(custody);
  return {
    caseFile,
    custody,
    async close() {
      try {
        await custody.close();
      } finally {
        await caseFile.close();
      }
    },
  };
}

/** The schema of a case that an earlier build made was changed when it was opened, if only to be read. */
async function recordMigration(caseFile: CaseFile, custody: CustodyJournal): Promise<void> {
  const migration = await readMigration(caseFile);
  if (!migration) return;
  await caseFile.transaction(
    async (session) => {
      await custody.append({ action: "case.migrated", object: { id: "case" }, params: migration });
      await forgetMigration(session);
    },
    { announce: false },
  );
}

/** Another examiner key than that of the last endorsed session is told, so that nobody has to notice it. */
async function recordKeyChange(custody: CustodyJournal): Promise<void> {
  const before = custody.found.sessions.findLast(({ examiner }) => examiner !== null)?.examiner?.fingerprint;
  const { key } = custody.actor;
  if (before === undefined || !custody.endorsed || before === key) return;
  await custody.append({ action: "key.changed", object: { id: "examiner", sha256: key }, params: { from: before } });
}
