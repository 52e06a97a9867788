import { create } from "zustand";

import { type ReportExport } from "../../core/api/contract.ts";
import { type LongRun } from "./long-run.ts";

/** The package that is being signed, or the last one. */
export type Signing = LongRun<ReportExport>;

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
