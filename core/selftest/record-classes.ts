import { linesOf, rewriteManifests, rewriteTiles, segmentsOf, setLines } from "./bag-bytes.ts";
import { type SeededRandom } from "./seeded-random.ts";
import { editLines, recordIn, segmentWith } from "./segment-edits.ts";
import { pick, type TamperCase, type TamperClass } from "./tamper-class.ts";

function changeLetter(random: SeededRandom, line: string): string {
  const letters = [...line.matchAll(/[a-z]/g)].map(({ index }) => index);
  const at = pick(random, letters);
  const other = line[at] === "z" ? "y" : "z";
  return line.slice(0, at) + other + line.slice(at + 1);
}

function editRecord(tampered: TamperCase): void {
  const { path, lines } = segmentWith(tampered, 1);
  const at = recordIn(tampered.random, lines);
  setLines(tampered.bag, path, lines.with(at, changeLetter(tampered.random, lines[at] ?? "")));
}

/** Changes of records and of their order. */
export const RECORD_CLASSES: readonly TamperClass[] = [
  { id: "T01", what: "a byte of a record", atBest: "altered", codes: ["record-altered"], apply: editRecord },
  {
    id: "T02",
    what: "a byte of a record, with tiles and manifests made anew",
    atBest: "altered",
    codes: ["content-altered"],
    apply: (tampered) => {
      editRecord(tampered);
      rewriteTiles(tampered.bag);
      rewriteManifests(tampered.bag);
    },
  },
  {
    id: "T03",
    what: "records removed",
    atBest: "altered",
    codes: ["records-missing"],
    apply: editLines(1, (lines, random) => {
      const at = recordIn(random, lines);
      return lines.toSpliced(at, random.integer(1, lines.length - at));
    }),
  },
  {
    id: "T04",
    what: "a record added",
    atBest: "altered",
    codes: ["records-added"],
    apply: editLines(1, (lines, random) =>
      lines.toSpliced(recordIn(random, lines), 0, `{"actor":"ghost-${random.integer(0, 1_000_000)}"}`),
    ),
  },
  {
    id: "T05",
    what: "two records in each other's place",
    atBest: "altered",
    codes: ["records-reordered"],
    minRecords: 2,
    apply: editLines(2, (lines, random) => {
      const at = recordIn(random, lines, 1);
      const other = random.integer(at + 1, lines.length - 1);
      return lines.with(at, lines[other] ?? "").with(other, lines[at] ?? "");
    }),
  },
  {
    id: "T06",
    what: "a record twice",
    atBest: "altered",
    codes: ["record-duplicated"],
    apply: editLines(1, (lines, random) => {
      const at = recordIn(random, lines);
      return lines.toSpliced(recordIn(random, lines), 0, lines[at] ?? "");
    }),
  },
  {
    id: "T07",
    what: "the last records removed",
    atBest: "altered",
    codes: ["tail-missing"],
    apply: ({ bag, random }) => {
      const path = segmentsOf(bag).at(-1) ?? "";
      const lines = linesOf(bag, path);
      setLines(bag, path, lines.slice(0, random.integer(1, lines.length)));
    },
  },
];
