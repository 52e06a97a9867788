import { create } from "zustand";

import { type EvidenceLook } from "../../core/model/import-preview.ts";

/** Evidence that is mapped by hand, and what then happens: its mapping, or null to leave it to the app. */
interface MappingTask {
  readonly look: EvidenceLook;
  readonly done: (mapping: string | null) => void;
}

interface MappingStore {
  readonly task: MappingTask | null;
}

export const useMapping = create<MappingStore>(() => ({ task: null }));

/** Opens the mapping dialog. @returns the mapping, null to import without one, or undefined when it was closed. */
export function askForMapping(look: EvidenceLook): Promise<string | null | undefined> {
  return new Promise((resolve) => {
    const finish = (answer: string | null | undefined): void => {
      useMapping.setState({ task: null });
      leave = () => undefined;
      resolve(answer);
    };
    leave();
    leave = () => finish(undefined);
    useMapping.setState({ task: { look, done: finish } });
  });
}

let leave: () => void = () => undefined;

/** Closes the dialog without an answer. */
export function closeMapping(): void {
  leave();
}
