import { type FindingClass } from "../model/finding.ts";

/** What a text is: a statement of some class, or one that is weighed, such as a proposition that may turn out wrong. */
export type WordingKind = FindingClass | "weighed";

/** Words that are put differently, and what is said instead. */
interface WordingRule {
  /** Stable kebab-case name. */
  readonly rule: string;
  /** Alternatives of a regular expression in lower case, each with all its forms. */
  readonly words: readonly string[];
  readonly instead: string;
  readonly applies: readonly WordingKind[];
}

const EVERYWHERE: readonly WordingKind[] = ["fact", "tool-result", "opinion", "weighed"];
/** A proposition may say what somebody is accused of: it is weighed against another. */
const STATED: readonly WordingKind[] = ["fact", "tool-result", "opinion"];

/** Past tenses that do not end in -ed. */
const IRREGULAR =
  "did|ran|made|took|stole|sent|got|read|wrote|put|gave|went|came|left|kept|saw|chose|began|hid|set|brought|broke|built|" +
  "found|held|sold|told|shut|undid|withdrew|overwrote|drew|wiped";
/** Participles that tell which user is meant, not what one did. */
const TELLING_WHICH =
  "named|called|identified|listed|based|affected|concerned|associated|assigned|linked|referenced|mentioned|attributed|" +
  "recorded|cited|designated|authenticated|impersonated";

/** The words that report texts avoid; each says more than records of accounts can show. */
export const WORDING_RULES: readonly WordingRule[] = [
  {
    rule: "absolute-protection",
    words: [
      "tamper[ -]?proof",
      "court[ -]?proof",
      "fool[ -]?proof",
      "bullet[ -]?proof",
      "immutab(?:le|ly|ility)",
      "unalterabl[ey]",
      "unhackable",
      "forensically sound",
      "court[ -]admissible",
      "admissible in court",
      "certified",
      "military[ -]grade",
      "guarantee(?:s|d|ing)?",
    ],
    instead: "tamper-evident under stated assumptions; no alteration detected by the checks named",
    applies: EVERYWHERE,
  },
  {
    rule: "complete-log",
    words: [
      "complete (?:audit |event )?logs?",
      "(?:the )?logs? (?:is|are|was|were) complete",
      "all events were (?:logged|recorded)",
    ],
    instead: "no gap in the sequence from … to …",
    applies: EVERYWHERE,
  },
  {
    rule: "authentic",
    words: ["authentic(?:ity|ally)?", "genuine(?:ly|ness)?"],
    instead: "the signature verifies under key K; K was trusted because …",
    applies: EVERYWHERE,
  },
  {
    rule: "person-for-account",
    // A word of an act follows, not "the user account", "the user agent", "the user named".
    words: [
      `(?:the (?:user|employee|administrator|admin|operator|contractor)|he|she) (?:then |also |later )?(?:(?:has|had) )?(?!(?:${TELLING_WHICH}) )(?:[a-z]+ed|${IRREGULAR})`,
    ],
    instead: "an event recorded by S attributes … to account A",
    applies: STATED,
  },
  {
    rule: "clock-time",
    words: ["at (?:about |around )?\\d{1,2}:\\d\\d(?::\\d\\d)?(?:\\.\\d+)?(?! ?(?:utc|gmt))"],
    instead: "recorded time …Z; the accuracy of the source's clock was not verified",
    applies: EVERYWHERE,
  },
  {
    rule: "certainty",
    words: [
      "prov(?:e|es|ed|en|ing)",
      "confirm(?:s|ed|ing)? (?:the |their |his |her )?guilt",
      "clearly",
      "obvious(?:ly)?",
      "certainly",
      "definitely",
      "conclusive(?:ly)?",
      "irrefutabl[ey]",
      "undeniabl[ey]",
      "undoubted(?:ly)?",
      "unquestionabl[ey]",
      "(?:without|beyond) (?:a |any |all )?(?:reasonable |shadow of a )?doubt",
      "there is no doubt",
      "must have (?:been|[a-z]+ed)",
    ],
    instead: "is consistent with …; also consistent with …",
    applies: EVERYWHERE,
  },
  {
    rule: "accusation",
    words: [
      "hackers?",
      "attackers?",
      "intruders?",
      "adversar(?:y|ies)",
      "threat actors?",
      "bad actors?",
      "(?:malicious|rogue|disgruntled) (?:insiders?|employees?|users?|actors?|administrators?)",
      "insider threats?",
      "suspects?",
      "suspected (?:of|user|person|employee)",
      "culprits?",
      "perpetrat(?:or|ors|e|es|ed|ing)",
      "offenders?",
      "wrongdo(?:er|ers|ing)",
      "accomplices?",
      "criminals?",
      "thie(?:f|ves)",
      "fraudsters?",
      "guilt(?:y|ily)?",
      "culpab(?:le|ly|ility)",
      "to blame",
      "caught red[ -]handed",
    ],
    instead: "the account, key or address",
    applies: EVERYWHERE,
  },
  {
    rule: "accusing-act",
    words: [
      "steal(?:s|ing)?",
      "stole(?:n)?",
      "thefts?",
      "hack(?:s|ed|ing)?",
      "exfiltrat(?:e|es|ed|ing)",
      "sabotag(?:e|es|ed|ing)",
      "tamper(?:s|ed|ing)? with",
      "tamper(?:ed|ing)",
      "falsif(?:y|ies|ied|ying|ication)",
      "forged",
      "forging",
      "forger(?:y|ies)",
      "breached",
      "breaching",
      "abus(?:ed|ing|ive)",
      "misus(?:e|es|ed|ing)",
      "embezzl(?:e|es|ed|ing|ement)",
      "defraud(?:s|ed|ing)?",
      "frauds?",
      "fraudulent(?:ly)?",
      "conspir(?:e|es|ed|ing|acy)",
      "collu(?:de|des|ded|ding|sion)",
      "extort(?:s|ed|ing|ion)?",
      "blackmail(?:s|ed|ing)?",
      "loot(?:s|ed|ing)?",
      "plunder(?:s|ed|ing)?",
      "spied",
      "spying",
      "lied",
      "cheat(?:s|ed|ing)?",
      "deceiv(?:e|es|ed|ing)",
      "cover(?:s|ed|ing)? up",
      "cover-up",
      "broke into",
      "br(?:eak|eaks|eaking|oken) into",
      "malicious(?:ly)?",
      "nefarious(?:ly)?",
      "crimes?",
      "illegal(?:ly)?(?! (?:argument|character|state|instruction|value))",
      "unlawful(?:ly)?",
      "illicit(?:ly)?",
    ],
    instead:
      "what the records attribute to the account, key or address, and, in an opinion, what that is consistent with",
    applies: STATED,
  },
  {
    rule: "error-free",
    words: [
      "0 ?% errors?",
      "zero errors?",
      "no (?:false positives|false alarms|errors are possible)",
      "error[ -]free",
      "infallibl[ey]",
      "100 ?% (?:accurate|certain|correct|reliable|sure)",
    ],
    instead: "counts with their N, such as 0 of 4,812 test bundles",
    applies: EVERYWHERE,
  },
  {
    rule: "opinion-in-fact",
    words: [
      "probabl[ey]",
      "likely",
      "unlikely",
      "possibly",
      "perhaps",
      "maybe",
      "presumabl[ey]",
      "supposedly",
      "evidently",
      "arguably",
      "apparent(?:ly)?",
      "appear(?:s|ed|ing)? to",
      "seem(?:s|ed|ing|ingly)?",
      "suggest(?:s|ed|ing)?",
      "(?:may|might|could) have",
      "in (?:my|our) (?:opinion|view)",
      "(?:i|we) (?:believe|think|assume|suspect)",
      "suspicious(?:ly)?",
      "deliberate(?:ly)?",
      "intentional(?:ly)?",
      "wilful(?:ly)?",
      "knowingly",
      "on purpose",
      "consistent with",
    ],
    instead: "state what the record says, and put the weighing into a finding of class opinion",
    applies: ["fact"],
  },
];
