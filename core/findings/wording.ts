/**
 * Wording of findings and reports: phrases that say more than evidence can, and words of opinion inside a fact. Text in
 * quotation marks or backticks is somebody else's and is left alone.
 */
import { type FindingClass } from "../model/finding.ts";

/** A phrase to put differently, and where it stands in the text (UTF-16 offsets, end exclusive). */
export interface WordingHit {
  /** Stable kebab-case name of the rule. */
  readonly rule: string;
  /** As it stands in the text. */
  readonly phrase: string;
  readonly start: number;
  readonly end: number;
  readonly instead: string;
}

interface WordingRule {
  readonly rule: string;
  readonly pattern: RegExp;
  readonly instead: string;
  /** Only inside statements of fact. */
  readonly factOnly?: boolean;
}

const RULES: readonly WordingRule[] = [
  {
    rule: "absolute-protection",
    pattern: phrases(
      "tamper[ -]?proof|court[ -]?proof|immutable|unalterable|forensically sound|court[ -]admissible|certified|" +
        "military[ -]grade|guarantee(?:s|d)?",
    ),
    instead: "tamper-evident under stated assumptions; no alteration detected by the checks named",
  },
  { rule: "complete-log", pattern: phrases("complete logs?"), instead: "no gap in the sequence from … to …" },
  {
    rule: "authentic",
    pattern: phrases("authentic(?:ity)?"),
    instead: "the signature verifies under key K; K was trusted because …",
  },
  {
    rule: "person-for-account",
    // "the user did": a word of an act follows, not "the user account", "the user agent", "the user name".
    pattern: phrases("the user (?:then |also )?[a-z]+ed|the user (?:did|ran|made|took|stole|sent|got|read|wrote|put)"),
    instead: "an event recorded by S attributes … to account A",
  },
  {
    rule: "clock-time",
    pattern: phrases("at \\d{1,2}:\\d\\d(?::\\d\\d)?(?! ?utc)"),
    instead: "recorded time …Z; the accuracy of the source's clock was not verified",
  },
  {
    rule: "certainty",
    pattern: phrases("proves?|proven|confirms? guilt|clearly|obviously|undoubtedly|without (?:a |any )?doubt"),
    instead: "is consistent with …; also consistent with …",
  },
  {
    rule: "accusation",
    pattern: phrases("hackers?|suspects?|culprits?|perpetrators?"),
    instead: "the account, key or address",
  },
  {
    rule: "error-free",
    pattern: phrases("0 ?% errors?|zero errors?|no false positives|error[ -]free"),
    instead: "counts with their N, such as 0 of 4,812 test bundles",
  },
  {
    rule: "opinion-in-fact",
    pattern: phrases(
      "probably|likely|unlikely|possibly|presumably|apparently|appears? to|seems?|suggests?|in my opinion|i believe|" +
        "suspicious|malicious|deliberate(?:ly)?|intentional(?:ly)?|consistent with",
    ),
    instead: "state what the record says, and put the weighing into a finding of class opinion",
    factOnly: true,
  },
];

/** Everything in a text that should be put differently, in order of place. */
export function lintWording(text: string, findingClass: FindingClass): readonly WordingHit[] {
  const own = blankQuotations(text).replace(/\s/g, " ");
  return RULES.filter((rule) => rule.factOnly !== true || findingClass === "fact")
    .flatMap(({ rule, pattern, instead }) =>
      [...own.matchAll(pattern)].map(({ 0: found, index }) => {
        const end = index + found.length;
        return { rule, phrase: text.slice(index, end), start: index, end, instead };
      }),
    )
    .sort((left, right) => left.start - right.start || right.end - left.end);
}

/** Whole words in any case; a hyphen is part of a word, so that "self-certified" is one and "certified," is found. */
function phrases(alternatives: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${alternatives})(?![\\p{L}\\p{N}_-])`, "giu");
}

/** The text with quotations replaced by as many spaces, so that offsets stay. An open quotation is not one. */
function blankQuotations(text: string): string {
  return text.replace(/"[^"\n]*"|“[^”\n]*”|«[^»\n]*»|`[^`\n]*`/g, (quotation) => " ".repeat(quotation.length));
}
