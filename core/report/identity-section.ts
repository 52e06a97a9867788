import { type LinkConfidence, type LinkEnd, type LinkState } from "../model/identity.ts";
import { type ReportBlock } from "../model/report.ts";
import { formatInstant, instant } from "../model/time.ts";
import { escapeInvisible } from "./printable.ts";
import { type ReportInput } from "./report-input.ts";
import { counted, paragraph } from "./report-values.ts";

const ACCOUNT_IS_NOT_PERSON =
  "An account is not a person. The records attribute acts to accounts, keys, sessions and addresses; who used them is outside what the records can show.";
/** Items or events that a cell lists. */
const MAX_LISTED = 6;

const CONFIDENCE: Readonly<Record<LinkConfidence, string>> = {
  P: "proven by an identifier that the log wrote",
  S: "strong: several fields agree",
  W: "weak: a hint, merged nothing by itself",
};
const STATE: Readonly<Record<LinkState, string>> = {
  standing: "",
  open: "not decided",
  accepted: "accepted by the examiner",
  rejected: "rejected by the examiner",
  "set-aside": "set aside: the name was split off",
};

/** 9 Identity links. */
export function identityLinks({ identities, items }: ReportInput): readonly ReportBlock[] {
  const note: ReportBlock = { kind: "paragraph", emphasis: "note", text: ACCOUNT_IS_NOT_PERSON };
  if (items.length === 0) return [note, paragraph("No record is cited, so no account is named here.")];
  if (identities.principals.length === 0)
    return [note, paragraph("The cited records name no account, key or session.")];
  const itemOf = new Map(items.map((item) => [item.row.seq, item.item]));
  return [
    note,
    {
      kind: "table",
      caption:
        "Identities that acts of the cited records count as, with the number that findings.json knows each by; counts are of the whole case",
      columns: [
        { label: "Name as recorded", weight: 40 },
        { label: "Kind", weight: 20 },
        { label: "First and last recorded", weight: 36 },
        { label: "Events / failures", weight: 17, align: "right" },
        { label: "Items", weight: 30 },
      ],
      rows: identities.principals.map(({ principal, events }) => [
        `${[principal.label, ...principal.aliases].map(escapeInvisible).join(", ")}\n${principal.id}`,
        principal.kind.replaceAll("-", " "),
        `${timeOf(principal.first)}\nto ${timeOf(principal.last)}`,
        `${counted(principal.events)} / ${counted(principal.failures)}`,
        itemRuns(events.flatMap((seq) => itemOf.get(seq) ?? [])),
      ]),
    },
    ...linkTable(identities.links),
  ];
}

function linkTable(links: ReportInput["identities"]["links"]): readonly ReportBlock[] {
  if (links.length === 0) return [paragraph("No link between these identities was found: each stands for itself.")];
  return [
    {
      kind: "table",
      caption: "Links between them: from the one that gave power to the one that had it from there",
      columns: [
        { label: "From", weight: 36 },
        { label: "To", weight: 36 },
        { label: "Link and rule", weight: 38 },
        { label: "Confidence", weight: 28 },
        { label: "Evidence: events", weight: 28 },
      ],
      rows: links.map(({ link, evidence }) => [
        endOf(link.from),
        endOf(link.to),
        `${link.kind} (${link.rule}): ${link.ruleText}`,
        [CONFIDENCE[link.confidence], STATE[link.state], link.reason ?? ""].filter((part) => part !== "").join("; "),
        shortened(evidence),
      ]),
    },
  ];
}

function endOf({ name, kind }: LinkEnd): string {
  return `${escapeInvisible(name)}\n${kind.replaceAll("-", " ")}`;
}

/** Items with each run of them by its ends: "EX-00007 to EX-00018, EX-00030". */
function itemRuns(items: readonly string[]): string {
  const runs: { readonly first: string; last: string }[] = [];
  for (const item of [...new Set(items)].sort((left, right) => numberOf(left) - numberOf(right))) {
    const run = runs.at(-1);
    if (run !== undefined && numberOf(item) === numberOf(run.last) + 1) run.last = item;
    else runs.push({ first: item, last: item });
  }
  return shortened(runs.map(({ first, last }) => (first === last ? first : `${first} to ${last}`)));
}

function numberOf(item: string): number {
  return Number(item.slice(item.indexOf("-") + 1));
}

function shortened(list: readonly (number | string)[]): string {
  const left = list.length - MAX_LISTED;
  const shown = list.slice(0, MAX_LISTED).join(", ");
  return left <= 0 ? shown : `${shown} and ${counted(left)} more in findings.json`;
}

function timeOf(nanoseconds: bigint | null): string {
  return nanoseconds === null ? "undated" : formatInstant(instant(nanoseconds));
}
