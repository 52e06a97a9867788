import { type CitedItem } from "./report-input.ts";
import { recorded } from "./report-values.ts";

/** What a record says, under the heading "The record attributes": "A on R to P", never "P did A". */
export function attribution({ row, withheld }: CitedItem): string {
  if (withheld !== null) return `withheld: ${withheld.reason}`;
  const target = row.resource === null ? "" : ` on ${recorded(row.resource)}`;
  const outcome = row.outcome === null ? "" : ` (${recorded(row.outcome)})`;
  return `${recorded(row.action)}${target} to ${recorded(row.principal)}${outcome}`;
}
