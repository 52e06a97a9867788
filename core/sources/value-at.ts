import { type JsonValue } from "../encoding/strict-json.ts";
import { type FieldPath } from "./source.ts";

type JsonObject = Readonly<Record<string, JsonValue>>;

/** The value at a path of a parsed record; undefined where the record has none. */
export function valueAt(record: JsonValue, path: FieldPath): JsonValue | undefined {
  return follow(record, path, (object, name) => (Object.hasOwn(object, name) ? name : undefined));
}

/** As {@link valueAt}, but takes a member whose name differs in case only where there is none of exactly that name. */
export function valueAtAnyCase(record: JsonValue, path: FieldPath): JsonValue | undefined {
  return follow(record, path, nameAnyCase);
}

/** The name that an object has for a member: exactly that, else the first that differs in case only. */
export function nameAnyCase(object: JsonObject, name: string): string | undefined {
  if (Object.hasOwn(object, name)) return name;
  const lower = name.toLowerCase();
  return Object.keys(object).find((key) => key.toLowerCase() === lower);
}

function follow(
  record: JsonValue,
  path: FieldPath,
  nameIn: (object: JsonObject, name: string) => string | undefined,
): JsonValue | undefined {
  let value: JsonValue | undefined = record;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    if (Array.isArray(value)) {
      value = typeof step === "number" ? (value as readonly JsonValue[])[step] : undefined;
      continue;
    }
    const object = value as JsonObject; // neither null nor an array
    const name = typeof step === "string" ? nameIn(object, step) : undefined;
    value = name === undefined ? undefined : object[name];
  }
  return value;
}
