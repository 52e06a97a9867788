import { type BundleVerdict, type CheckVerdict } from "./verdict.ts";

/** How one event is tied to a signed state of its log: the path from record bytes to signature, step by step. */
export interface ProofView {
  readonly verdict: BundleVerdict;
  readonly steps: readonly ProofStep[];
  /** Siblings from leaf to root, for drawing the path; empty when there is no tree. */
  readonly path: readonly { readonly hash: string; readonly side: "left" | "right" }[];
  readonly leafIndex: number | null;
  readonly treeSize: number | null;
  /** Chain head before and after the record, hex; null when the proof has no chain. */
  readonly chain: { readonly before: string; readonly leaf: string; readonly after: string } | null;
  /** What this proof does not show. */
  readonly limits: string;
}

export interface ProofStep {
  readonly name: string;
  readonly verdict: CheckVerdict | "with-limits";
  readonly summary: string;
  readonly digest?: string;
  readonly expected?: string;
  readonly found?: string;
}
