import { linesOf, segmentsOf, setLines, setText } from "./bag-bytes.ts";
import { type SeededRandom } from "./seeded-random.ts";
import { pick, type TamperCase } from "./tamper-class.ts";

/** A segment with at least so many records of the logged system, and its lines. */
export function segmentWith(
  { bag, random }: Pick<TamperCase, "bag" | "random">,
  records: number,
): { readonly path: string; readonly lines: string[] } {
  const segments = segmentsOf(bag).map((path) => ({ path, lines: linesOf(bag, path) }));
  return pick(
    random,
    segments.filter(({ lines }) => lines.length - 2 >= records),
  );
}

/** A position in a segment's lines that is neither its open nor its seal record. */
export function recordIn(random: SeededRandom, lines: readonly string[], spare = 0): number {
  return random.integer(1, lines.length - 1 - spare);
}

/** A change of the lines of a segment with at least so many records of the logged system. */
export function editLines(records: number, edit: (lines: string[], random: SeededRandom) => string[]) {
  return (tampered: TamperCase): void => {
    const { path, lines } = segmentWith(tampered, records);
    setLines(tampered.bag, path, edit(lines, tampered.random));
  };
}

/** A change of the text of a segment. */
export function editText(edit: (text: string) => string) {
  return (tampered: TamperCase): void => {
    const { path, lines } = segmentWith(tampered, 1);
    setText(tampered.bag, path, edit(lines.map((line) => `${line}\n`).join("")));
  };
}
