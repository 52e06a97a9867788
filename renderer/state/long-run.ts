import { type Failure } from "../../core/api/failure.ts";
import { type Progress } from "../../core/model/progress.ts";

/** Work that goes on while other screens are looked at: none yet, on its way, or what came of the last. */
export type LongRun<Result> =
  | { readonly state: "idle" }
  | {
      readonly state: "working";
      readonly progress: Progress | null;
      readonly startedAt: number;
      readonly cancel: () => void;
    }
  | { readonly state: "done"; readonly result: Result }
  | { readonly state: "failed"; readonly failure: Failure };
