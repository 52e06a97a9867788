import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createSession, type CaseSession } from "../../core/casefile/case-session.ts";
import { importEvidence } from "../../core/casefile/import.ts";
import { readHitEvents } from "../../core/detection/fired-events.ts";
import { runRules, type RunOptions } from "../../core/detection/run-rules.ts";
import { type DetectionState } from "../../core/model/detection.ts";

/** A case over records of any shape, imported from a real file; rules for it say `product: jsonl`. */
export interface DetectionCase {
  readonly session: CaseSession;
  /** Runs the rules of YAML texts. */
  run(texts: readonly string[], options?: RunOptions): Promise<DetectionState>;
  /** Which events a rule matches, by its id. */
  hits(rule: string): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** Imports records as JSON lines. */
export async function caseWithRecords(records: readonly unknown[], source = "jsonl"): Promise<DetectionCase> {
  const folder = await mkdtemp(join(tmpdir(), "assay-detection-"));
  const file = join(folder, "records.jsonl");
  await writeFile(file, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  return caseWithEvidence(folder, file, source);
}

/** Imports a file or folder into a case in `folder`, which is removed at the end. */
export async function caseWithEvidence(folder: string, path: string, source?: string): Promise<DetectionCase> {
  const session = await createSession(join(folder, "test.assay"), {
    endorser: null,
    actorName: "tester",
    app: { version: "0", build: "test" },
  });
  await importEvidence(session, path, { source });
  return {
    session,
    run: (texts, options) =>
      runRules(
        session,
        texts.map((text, index) => ({ file: `rules-${index}.yml`, text })),
        options,
      ),
    hits: (rule) => readHitEvents(session.caseFile, rule),
    async close() {
      await session.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
