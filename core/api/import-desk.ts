import { basename } from "node:path";

import { discardInterrupted } from "../casefile/interrupted-import.ts";
import { lookAtEvidence, previewMapping } from "../casefile/preview-mapping.ts";
import { type EvidenceLook, type MappingPreview } from "../model/import-preview.ts";
import { Problem } from "../model/problem.ts";
import { type EvidenceDesk } from "./evidence-desk.ts";
import { type importOperations } from "./import-contract.ts";
import { type Handlers } from "./server.ts";
import { type Workbench } from "./workbench.ts";

/** Evidence that was looked at and may still be imported. */
const KEPT_LOOKS = 16;

const NOTHING_SEEN = { mappable: false, source: null, file: "", fields: [], sampled: 0, draft: "" } as const;

/** Keeps what a window looked at under a number, so that looking costs no second choice of the same file. */
export class ImportDesk {
  readonly #bench: Workbench;
  readonly #paths = new Map<number, string>();
  #looks = 0;

  constructor(bench: Workbench) {
    this.#bench = bench;
  }

  async look(grant: string): Promise<EvidenceLook> {
    const path = this.#bench.take(grant);
    // What cannot be opened is told by the import, which the journal records.
    const found = await lookAtEvidence(path).catch((error: unknown) => {
      if (error instanceof Problem) return { ...NOTHING_SEEN, label: basename(path) };
      throw error;
    });
    this.#looks += 1;
    this.#paths.set(this.#looks, path);
    const [oldest] = this.#paths.keys();
    if (this.#paths.size > KEPT_LOOKS && oldest !== undefined) this.#paths.delete(oldest);
    return { look: this.#looks, ...found };
  }

  async preview(look: number, mapping: string): Promise<MappingPreview> {
    return previewMapping(this.pathOf(look), mapping);
  }

  /** The path of what was looked at. Throws `look-unknown` (usage). */
  pathOf(look: number): string {
    const path = this.#paths.get(look);
    if (path !== undefined) return path;
    throw new Problem("usage", "look-unknown", "opening what was looked at: it is no longer known; choose it again");
  }
}

/** What is asked before evidence is imported, and of an import that did not end. */
export function importHandlers(
  desk: ImportDesk,
  evidence: EvidenceDesk,
  bench: Workbench,
): Pick<Handlers, keyof typeof importOperations> {
  return {
    "import.look": ({ grant }) => desk.look(grant),
    "import.preview": ({ look, mapping }) => desk.preview(look, mapping),
    "import.interrupted": () => evidence.interrupted(),
    "import.finish": ({ grant }, { signal, progress }) =>
      evidence.finishImport(grant === null ? null : bench.take(grant), { signal, onProgress: progress }),
    "import.discard": async () => {
      await discardInterrupted(bench.current.session);
      return null;
    },
  };
}
