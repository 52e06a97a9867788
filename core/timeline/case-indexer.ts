import { type CaseFile } from "../casefile/case-file.ts";
import { type IndexProgress } from "../model/timeline.ts";
import { makeCaseIndex } from "./case-index.ts";

/** Below this nothing takes long enough to be noticed. */
const FEWEST_EVENTS = 100_000;

/** Makes the index of large cases, one making at a time however many ask for it. */
export class CaseIndexer {
  #last: Promise<unknown> = Promise.resolve();

  /** Ends when the index is there, or not worth making. Throws `cancelled` when the case is closed before. */
  prepare(caseFile: CaseFile, onProgress: (progress: IndexProgress) => void): Promise<void> {
    if (!caseFile.writable || caseFile.events < FEWEST_EVENTS) return Promise.resolve();
    const made = this.#last.then(() => makeCaseIndex(caseFile, onProgress));
    this.#last = made.catch(() => undefined);
    return made;
  }
}
