import { type JsonValue } from "../encoding/strict-json.ts";
import { escapeInvisible } from "./invisible.ts";

/** A record with more leaves than this is read as raw text; a list this long is no longer a list of fields. */
const FIELD_LIMIT = 2_000;
const VALUE_LIMIT = 4_096;

interface FlatField {
  readonly name: string;
  readonly value: string;
}

/**
 * The leaves of a JSON value as `a.b[0].c` and their values, in the order of the record. Empty lists and objects are
 * leaves. Precondition: depth bounded by the parser that made the value.
 */
export function flatten(value: JsonValue): readonly FlatField[] {
  const fields: FlatField[] = [];
  collect(value, "", fields);
  return fields;
}

function collect(value: JsonValue, name: string, fields: FlatField[]): void {
  if (fields.length > FIELD_LIMIT) return;
  if (fields.length === FIELD_LIMIT) {
    fields.push({ name: "…", value: `more than ${FIELD_LIMIT} fields; see the raw record` });
    return;
  }
  if (Array.isArray(value) && value.length > 0) {
    value.forEach((item: JsonValue, index) => collect(item, `${name}[${index}]`, fields));
    return;
  }
  if (isObject(value) && Object.keys(value).length > 0) {
    for (const [key, item] of Object.entries(value)) collect(item, name === "" ? key : `${name}.${key}`, fields);
    return;
  }
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const cut = text.length > VALUE_LIMIT ? `${text.slice(0, VALUE_LIMIT)}… (${text.length} characters)` : text;
  fields.push({ name: escapeInvisible(name), value: escapeInvisible(cut) });
}

function isObject(value: JsonValue): value is { readonly [name: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
