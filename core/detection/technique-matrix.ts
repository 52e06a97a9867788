import { type FiredRule, type TacticColumn } from "../model/detection.ts";
import { MATRIX_HEADINGS, matrixPlaces, type MatrixPlace } from "./attack.ts";

interface Cell extends MatrixPlace {
  rules: number;
  readonly fired: Set<string>;
  events: number;
}

/** Every technique that rules name, with how many rules do and what those found that are not muted. */
export function techniqueMatrix(
  tagsOfRules: readonly (readonly string[])[],
  fired: readonly (FiredRule & { readonly count: number })[],
): readonly TacticColumn[] {
  const cells = new Map<string, Cell>();
  const cellAt = (place: MatrixPlace): Cell => {
    const key = `${place.tactic}/${place.technique}`;
    const cell = cells.get(key) ?? { ...place, rules: 0, fired: new Set(), events: 0 };
    cells.set(key, cell);
    return cell;
  };
  for (const tags of tagsOfRules) for (const place of matrixPlaces(tags)) cellAt(place).rules += 1;
  for (const { rule, tags, count } of fired.filter(({ muted }) => muted === "")) {
    for (const place of matrixPlaces(tags)) {
      const cell = cellAt(place);
      cell.fired.add(rule);
      cell.events += count;
    }
  }
  const sorted = [...cells.values()].sort((one, other) => (one.technique < other.technique ? -1 : 1));
  return MATRIX_HEADINGS.map((tactic) => ({
    tactic,
    techniques: sorted
      .filter((cell) => cell.tactic === tactic)
      .map((cell) => ({
        id: cell.technique,
        name: cell.name,
        rules: cell.rules,
        fired: cell.fired.size,
        events: cell.events,
      })),
  })).filter(({ techniques }) => techniques.length > 0);
}
