import { type Failure } from "../../core/api/failure.ts";

/** What helps where the machine stands in the way, by code (docs/verdicts.md). */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  "case-as-evidence": "Open it as a case, or choose the evidence that it was made of.",
  "case-locked": "Close the case where it is open, then open it here again.",
  "case-exists": "Open that case first and add the evidence to it, or choose a new name.",
  "case-in-evidence": "Choose a place for the case that is outside of the evidence.",
  "case-too-new": "Open it with the version of Assay that wrote it, or a newer one.",
  "case-unreadable":
    "Its database is damaged: use a copy of the folder from before, or import the evidence into a new case.",
  "changed-while-reading": "Copy the evidence to where nothing writes to it, and import the copy.",
  "disk-full": "Make room on that disk, then try again.",
  "file-too-big": "Use a disk whose file system takes larger files.",
  "no-permission": "Ask for the right to this file, or use a copy that you may read and write.",
  "read-only": "Use a place that can be written: a new folder, or a copy of the case.",
  "folder-not-empty": "Choose a new name: the folder of the case is made with it.",
  "no-case": "Choose the folder that holds case.duckdb. Logs and bundles are loaded by Choose files or Choose folder.",
  "original-missing": "Attach the disk that it lies on, then try again.",
  "system-enoent": "Attach the disk that it lies on, or choose it where it lies now.",
};

/** Codes of evidence that is damaged: what arrived may be a bad copy of a good file. */
const DAMAGED = /-(truncated|damaged|mismatch)$/;

/** What to do next about a failure, where that can be said. */
export function nextStepOf({ code }: Failure): string | undefined {
  const step = NEXT_STEPS[code];
  return step ?? (DAMAGED.test(code) ? "Compare its digest with the sender's, and ask for another copy." : undefined);
}
