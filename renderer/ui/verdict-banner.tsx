import { type ReactNode } from "react";

import { type BundleVerdict, verdictWord } from "../../core/model/verdict.ts";
import { toneOf, VerdictIcon } from "./verdict-badge.tsx";

interface VerdictBannerProps {
  readonly verdict: BundleVerdict;
  /** The sentence that says it. */
  readonly lead: string;
  /** What the verdict means, and what it does not show. */
  readonly meaning: string;
  readonly notice?: ReactNode;
  /** What stands at its end: acts, or what was judged. */
  readonly children: ReactNode;
}

/** A verdict over something as a whole, at the head of its screen. */
export function VerdictBanner({ verdict, lead, meaning, notice, children }: VerdictBannerProps) {
  return (
    <section className={`verdict-head ${toneOf(verdict)}`} aria-label="Verdict">
      <div className={`verdict-word tone-${toneOf(verdict)}`}>
        <VerdictIcon verdict={verdict} size={30} />
        <h1>{verdictWord(verdict)}</h1>
      </div>
      <div className="verdict-text">
        <p className="lead">{lead}</p>
        <p className="text-2">{meaning}</p>
        {notice}
      </div>
      {children}
    </section>
  );
}
