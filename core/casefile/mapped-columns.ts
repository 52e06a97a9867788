import { TEXT_COLUMNS } from "../sources/source.ts";
import { type CompiledMapping } from "./compile-mapping.ts";
import { type Sql } from "./sql.ts";

/** The columns of `event` that a mapping fills from a record, each with its expression over the mapping's relation. */
export function mappedColumns(mapping: CompiledMapping): readonly (readonly [name: string, value: Sql])[] {
  return [
    ["time", mapping.time],
    ["time_recorded", mapping.timeRecorded],
    ["recorded_at", mapping.recordedAt],
    ["outcome", mapping.outcome],
    ["traits", mapping.traits],
    ...TEXT_COLUMNS.map((column) => [column, mapping.texts[column]] as const),
  ];
}
