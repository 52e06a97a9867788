import path from "node:path";

import { type Grant } from "./shell-contract.ts";
import { type WorkerLink } from "./worker-link.ts";

/** Turns a path that the examiner chose into a grant: the worker learns the path, the window its name and kind. */
export async function issueGrant(worker: WorkerLink, chosen: string): Promise<Grant> {
  const target = path.resolve(chosen);
  return { ...(await worker.grant(target)), label: path.basename(target) };
}
