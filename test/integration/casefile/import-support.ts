import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createSession, openSession, type CaseSession } from "../../../core/casefile/case-session.ts";

const OPTIONS = { endorser: null, actorName: "test", app: { version: "0", build: "test" } };

/** A temporary folder with a case in it, open for work. */
export interface CaseBench {
  readonly folder: string;
  readonly root: string;
  session: CaseSession;
  reopen(): Promise<void>;
  /** Opens the case again after its session was closed and another process had it. */
  reopenAfterKill(): Promise<void>;
  remove(): Promise<void>;
}

export async function caseBench(name = "a.assay"): Promise<CaseBench> {
  const folder = await mkdtemp(join(tmpdir(), "assay-import-"));
  const root = join(folder, name);
  const bench: CaseBench = {
    folder,
    root,
    session: await createSession(root, OPTIONS),
    async reopen() {
      await bench.session.close();
      bench.session = await openSession(root, OPTIONS);
    },
    async reopenAfterKill() {
      bench.session = await openSession(root, OPTIONS);
    },
    async remove() {
      await bench.session.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return bench;
}
