import { type JsonValue } from "../encoding/strict-json.ts";
import { type FieldPath } from "./source.ts";
import { nameAnyCase } from "./value-at.ts";

/**
 * The record with the names that `paths` have for its members, where the record has the same name in other case; undefined
 * when it has none. Exports that went through a data lake have the names of their top level in lower case.
 */
export function respell(record: JsonValue, paths: readonly FieldPath[]): JsonValue | undefined {
  if (typeof record !== "object" || record === null) return undefined;
  if (Array.isArray(record)) {
    const items = record as readonly JsonValue[];
    const respelt = items.map((item, index) => respell(item, below(paths, index)));
    return respelt.some((item) => item !== undefined) ? items.map((item, index) => respelt[index] ?? item) : undefined;
  }
  const object = record as Readonly<Record<string, JsonValue>>; // no array
  const members = new Map(Object.entries(object));
  let changed = false;
  for (const name of new Set(paths.map(([first]) => first))) {
    if (typeof name !== "string") continue;
    const found = nameAnyCase(object, name);
    if (found === undefined) continue;
    const value = object[found] ?? null;
    const inside = respell(value, below(paths, name));
    if (found === name && inside === undefined) continue;
    members.set(name, inside ?? value);
    changed = true;
  }
  return changed ? Object.fromEntries(members) : undefined;
}

function below(paths: readonly FieldPath[], step: string | number): readonly FieldPath[] {
  return paths.filter((path) => path[0] === step && path.length > 1).map((path) => path.slice(1));
}
