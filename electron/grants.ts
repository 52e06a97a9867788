import { stat } from "node:fs/promises";
import path from "node:path";

import { type Grant } from "./shell-contract.ts";
import { type WorkerLink } from "./worker-link.ts";

const CASE_SUFFIX = ".assay";

/** Turns a path that the examiner chose into a grant: the worker learns the path, the window its name and kind. */
export async function issueGrant(worker: WorkerLink, chosen: string): Promise<Grant> {
  const target = path.resolve(chosen);
  const { grant, isPackage } = await worker.grant(target);
  return { grant, label: path.basename(target), kind: isPackage ? "package" : await kindOf(target) };
}

async function kindOf(target: string): Promise<Grant["kind"]> {
  const found = await stat(target).catch(() => undefined);
  if (!found) return "new";
  if (!found.isDirectory()) return "file";
  return target.endsWith(CASE_SUFFIX) ? "case" : "folder";
}
