import { BUNDLE_VERDICTS } from "../../../core/model/verdict.ts";
import { asSentence, counted } from "../../ui/format.ts";
import { type Judgement } from "./subject.ts";

/** Letters that the head has room for; the first cause is shown whatever its length. */
const LEAD_LENGTH = 220;

/** The sentence first: the worst causes in the verifier's own words, or what is said where there are none. */
export function leadOf({ findings }: Judgement, withoutCauses: string): string {
  const causes = findings
    .filter((finding) => finding.verdict !== "verified")
    .sort((a, b) => BUNDLE_VERDICTS.indexOf(b.verdict) - BUNDLE_VERDICTS.indexOf(a.verdict))
    .map((finding) => asSentence(finding.message));
  if (causes.length === 0) return withoutCauses;
  const shown = causes.slice(0, 2).join(" ").length <= LEAD_LENGTH ? 2 : 1;
  const rest = causes.length - shown;
  return `${causes.slice(0, shown).join(" ")}${rest > 0 ? ` And ${counted(rest, "more finding")}.` : ""}`;
}
