import { create } from "zustand";

import { type ReportExport } from "../../core/api/contract.ts";
import { type Failure } from "../../core/api/failure.ts";
import { type Progress } from "../../core/model/progress.ts";

/** The package that is being signed, or the last one. */
export type Signing =
  | { readonly state: "idle" }
  | {
      readonly state: "working";
      readonly progress: Progress | null;
      readonly startedAt: number;
      readonly cancel: () => void;
    }
  | { readonly state: "done"; readonly result: ReportExport }
  | { readonly state: "failed"; readonly failure: Failure };

interface SigningStore {
  readonly signing: Signing;
}

/** Goes on while another screen is shown. */
export const useSigning = create<SigningStore>(() => ({ signing: { state: "idle" } }));

/** Stops what is being signed, and forgets what was. */
export function resetSigning(): void {
  const { signing } = useSigning.getState();
  if (signing.state === "working") signing.cancel();
  useSigning.setState({ signing: { state: "idle" } });
}
