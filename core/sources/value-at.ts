import { type JsonValue } from "../encoding/strict-json.ts";
import { type FieldPath } from "./source.ts";

/** The value at a path of a parsed record; undefined where the record has none. */
export function valueAt(record: JsonValue, path: FieldPath): JsonValue | undefined {
  let value: JsonValue | undefined = record;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    // Own members only, so that no name reaches a prototype.
    value = (value as Readonly<Record<string | number, JsonValue>>)[step];
  }
  return value;
}
