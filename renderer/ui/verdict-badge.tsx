import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconEyeOff,
  IconGitFork,
  IconHandStop,
} from "@tabler/icons-react";

import {
  type BundleVerdict,
  type CheckVerdict,
  type CustodyVerdict,
  type RowVerdict,
  verdictWord,
} from "../../core/model/verdict.ts";
import { DiamondQuestionIcon, OctagonXIcon } from "./icons.tsx";

export type AnyVerdict = BundleVerdict | RowVerdict | CheckVerdict | CustodyVerdict;
export type Tone = "ok" | "limits" | "altered" | "nv" | "un";

/** The state colour of a verdict; each comes with a word and an outline of its own. */
export function toneOf(verdict: AnyVerdict): Tone {
  switch (verdict) {
    case "verified":
      return "ok";
    case "verified-with-limits":
    case "with-limits":
      return "limits";
    case "altered":
    case "conflict":
    case "refused":
    case "failed":
      return "altered";
    case "not-verifiable":
      return "nv";
    case "withheld":
    case "pending":
    case "not-attempted":
      return "un";
  }
}

/** The word people read. */
export function wordOf(verdict: AnyVerdict): string {
  switch (verdict) {
    case "with-limits":
      return "With limits";
    case "withheld":
      return "Withheld";
    case "pending":
      return "Pending";
    case "failed":
      return "Failed";
    case "not-attempted":
      return "Not attempted";
    default:
      return verdictWord(verdict);
  }
}

export function VerdictIcon({ verdict, size = 14 }: { readonly verdict: AnyVerdict; readonly size?: number }) {
  const common = { size, stroke: 2, "aria-hidden": true, className: `tone-${toneOf(verdict)}` };
  switch (verdict) {
    case "verified":
      return <IconCircleCheck {...common} />;
    case "verified-with-limits":
    case "with-limits":
      return <IconAlertTriangle {...common} />;
    case "altered":
    case "failed":
      return <OctagonXIcon size={size} className={common.className} />;
    case "conflict":
      return <IconGitFork {...common} />;
    case "refused":
      return <IconHandStop {...common} />;
    case "not-verifiable":
      return <DiamondQuestionIcon size={size} className={common.className} />;
    case "withheld":
      return <IconEyeOff {...common} />;
    case "pending":
    case "not-attempted":
      return <IconCircleDashed {...common} />;
  }
}

interface BadgeProps {
  readonly verdict: AnyVerdict;
  /** The form for rows: no fill. */
  readonly bare?: boolean;
  /** Words that say more than the verdict alone. */
  readonly word?: string | undefined;
}

/** Icon, word and colour, always together. */
export function VerdictBadge({ verdict, bare = false, word }: BadgeProps) {
  return (
    <span className={`verdict tone-${toneOf(verdict)}${bare ? " bare" : ""}`}>
      <VerdictIcon verdict={verdict} />
      {word ?? wordOf(verdict)}
    </span>
  );
}
