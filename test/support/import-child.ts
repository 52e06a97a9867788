/** Imports evidence into a case and ends: a process that a test can kill. Arguments: evidence, case folder. */
import { stat } from "node:fs/promises";
import { join } from "node:path";

import { createSession, openSession } from "../../core/casefile/case-session.ts";
import { importEvidence } from "../../core/casefile/import.ts";

const [evidence = "", root = ""] = process.argv.slice(2);
const options = { endorser: null, actorName: "test", app: { version: "0", build: "test" } };
const exists = await stat(join(root, "case.duckdb")).catch(() => undefined);
const session = await (exists ? openSession : createSession)(root, options);
await importEvidence(session, evidence, { resume: true, source: evidence.endsWith("plain") ? "ocsf" : undefined });
await session.close();
