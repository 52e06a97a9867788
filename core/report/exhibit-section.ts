import { type ReportBlock } from "../model/report.ts";
import { type Bulk } from "./annexes.ts";
import { printRecord } from "./printable.ts";
import { type CitedItem, type ReportInput } from "./report-input.ts";
import { counted, nothing, paragraph, recorded } from "./report-values.ts";

/** Bytes of a record that are printed; the whole record is in the package. */
const MAX_PRINTED_RECORD = 8 * 1024;
/** Cited records whose content is printed; of the others the index has place, digests and proof. */
const MAX_PRINTED_ITEMS = 300;
/** Records that the report itself prints; more of them go into an annex. */
const RECORDS_IN_REPORT = 6;
const PLACES =
  "A place names the file below the exhibit as it was received, and counts bytes from 0 in that file, decompressed where it is compressed. SHA-256 is of the record’s bytes there; the leaf hash is SHA-256 of a zero byte and those bytes (RFC 9162 §2.1.1).";
const ESCAPES =
  "Characters that cannot be seen, or that no font of this report has, are written as <U+XXXX>; bytes that are not UTF-8 as <0xNN>. The exact bytes are in exhibits/ of the package.";

/** 13 Exhibit index: where each cited record lies, its digests, its proof and its bytes. */
export function exhibitIndex({ items }: ReportInput): readonly (ReportBlock | Bulk)[] {
  if (items.length === 0) return nothing("No record is cited by a standing finding.");
  return [paragraph(PLACES), indexTable(items), ...records(items)];
}

function indexTable(items: readonly CitedItem[]): ReportBlock {
  return {
    kind: "table",
    caption: "Cited records: where each lies in the evidence, its digests, and its way to a signed root",
    columns: [
      { label: "Item", weight: 14 },
      { label: "Place", weight: 40 },
      { label: "SHA-256, then leaf hash", weight: 58, mono: true },
      { label: "Proof", weight: 28 },
    ],
    rows: items.map((item) => [item.item, placeOf(item), `${item.sha256}\n${item.leafHash}`, proofOf(item)]),
  };
}

function placeOf({ row }: CitedItem): string {
  return `${row.exhibit}, ${recorded(row.file)}, byte ${row.offset}, length ${row.length}`;
}

function proofOf({ row, proof }: CitedItem): string {
  if (proof.kind === "none") return `none: ${proof.reason}`;
  return `leaf ${proof.leafIndex} of ${proof.treeSize}, checkpoint ${row.exhibit}`;
}

/** The records as they stand in the evidence. */
function records(items: readonly CitedItem[]): readonly (ReportBlock | Bulk)[] {
  const printed = items.slice(0, MAX_PRINTED_ITEMS);
  const blocks = printed.map((item) => printedRecord(item));
  const content: readonly (ReportBlock | Bulk)[] =
    printed.length <= RECORDS_IN_REPORT
      ? blocks.flat()
      : [
          {
            kind: "bulk",
            title: `Cited records in full, ${rangeOf(printed)}`,
            units: blocks,
            unitsInAnnex: blocks.length,
          },
        ];
  const left = items.length - printed.length;
  return [
    paragraph(ESCAPES),
    ...content,
    ...(left === 0 ? [] : [paragraph(`The ${counted(left)} further records are not printed.`)]),
  ];
}

function rangeOf(items: readonly CitedItem[]): string {
  return `${items[0]?.item ?? ""} to ${items.at(-1)?.item ?? ""}`;
}

function printedRecord(item: CitedItem): readonly ReportBlock[] {
  const { record, withheld, proof } = item;
  const cut = record.length > MAX_PRINTED_RECORD ? `, the first ${counted(MAX_PRINTED_RECORD)} of them shown` : "";
  return [
    { kind: "heading", text: item.item },
    {
      kind: "fields",
      rows: [
        { label: "Place", value: placeOf(item) },
        { label: "Proof", value: proof.kind === "none" ? proofOf(item) : `${proofOf(item)}, root ${proof.rootHash}` },
      ],
    },
    withheld === null
      ? {
          kind: "raw",
          label: `Record, ${counted(record.length)} bytes${cut}`,
          text: printRecord(record, MAX_PRINTED_RECORD),
        }
      : paragraph(`Content withheld from this package. Reason: ${withheld.reason}`),
  ];
}
