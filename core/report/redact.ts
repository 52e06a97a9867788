import { parseStrictJson } from "../encoding/strict-json.ts";
import { NO_CONTENT } from "../model/event.ts";
import { Problem, quote } from "../model/problem.ts";
import { type CitedItem, type ReportInput } from "./report-input.ts";

/** A record whose content is left out of one package. */
export interface Redaction {
  /** "EX-00001" */
  readonly item: string;
  readonly reason: string;
}

/** Stands where something was. */
const WITHHELD = "withheld";
/** Random text of this many characters (16 bytes in base64url) keeps a record from being guessed by its digest. */
const SALT_CHARACTERS = 22;

/**
 * The report without the content of these records: place, digests and proof stay, so that their existence can still be
 * proven. What a person wrote about them in a finding stays as it is. Throws `no-such-item` (usage).
 */
export function redactRecords(input: ReportInput, redactions: readonly Redaction[]): ReportInput {
  const reasons = new Map(redactions.map(({ item, reason }) => [item, reason]));
  for (const item of reasons.keys()) {
    if (input.items.some((cited) => cited.item === item)) continue;
    throw new Problem("usage", "no-such-item", `no standing finding cites ${quote(item)}`, { found: quote(item) });
  }
  const withheld = new Set(input.items.flatMap(({ item, row }) => (reasons.has(item) ? [row.seq] : [])));
  return {
    ...input,
    detections: withheld.size === 0 ? input.detections : detectionsWithout(input.detections),
    identities: identitiesWithout(input.identities, withheld),
    storyboard: storyboardWithout(input.storyboard, withheld),
    items: input.items.map((item) => {
      const reason = reasons.get(item.item);
      return reason === undefined ? item : redacted(item, reason);
    }),
  };
}

/** What rules found over the whole case: that and how often, but no value and no time that a withheld record may have given. */
function detectionsWithout(detections: ReportInput["detections"]): ReportInput["detections"] {
  if (detections === null) return null;
  const times = { firstSeen: WITHHELD, lastSeen: WITHHELD };
  return {
    ...detections,
    hits: detections.hits.map((hit) => ({ ...hit, ...times })),
    correlations: detections.correlations.map((alert) => ({
      ...alert,
      ...times,
      group: Object.fromEntries(Object.keys(alert.group).map((name) => [name, WITHHELD])),
    })),
  };
}

/** Only those that a record which is not withheld names, too. */
function identitiesWithout(
  { principals, links }: ReportInput["identities"],
  withheld: ReadonlySet<number>,
): ReportInput["identities"] {
  const kept = principals.filter(({ events }) => events.some((seq) => !withheld.has(seq)));
  const ids = new Set(kept.map(({ principal }) => principal.id));
  return { principals: kept, links: links.filter(({ link }) => ids.has(link.from.id) && ids.has(link.to.id)) };
}

/** A step that rests on a withheld record keeps its place and loses what it says; drawings, in which its names grow on, are left out. */
function storyboardWithout(pages: ReportInput["storyboard"], withheld: ReadonlySet<number>): ReportInput["storyboard"] {
  return pages.map((page) => ({
    ...page,
    drawing: withheld.size === 0 ? page.drawing : null,
    steps: page.steps.map((step) =>
      step.citations.some(({ seq }) => withheld.has(seq))
        ? { ...step, sentence: `${WITHHELD} from this package` }
        : step,
    ),
  }));
}

function redacted(item: CitedItem, reason: string): CitedItem {
  return {
    ...item,
    row: { ...item.row, ...NO_CONTENT },
    record: new Uint8Array(),
    withheld: { reason, guessable: !isSalted(item.record) },
  };
}

function isSalted(record: Uint8Array): boolean {
  const { value } = parseStrictJson(record);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const salt: unknown = Object.entries(value).find(([name]) => name === "salt")?.[1];
  return typeof salt === "string" && salt.length >= SALT_CHARACTERS;
}
