import { type CustodyEntry } from "../model/custody.ts";
import { type ReportInput } from "./report-input.ts";

/**
 * The exhibits that another version of the program imported than the one that writes the report: its mappings may have put
 * other texts of a record into the columns of its row, so that a difference would prove nothing.
 */
export function importedByOthers(
  exhibits: ReportInput["exhibits"],
  entries: readonly CustodyEntry[],
  version: string,
): ReadonlySet<string> {
  const own = entries.filter(({ action, app }) => action === "exhibit.imported" && app.version === version);
  const ids = new Set(own.map(({ object }) => object?.id));
  return new Set(exhibits.flatMap(({ id }) => (ids.has(id) ? [] : [id])));
}
