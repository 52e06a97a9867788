import { type JsonValue } from "./strict-json.ts";

/** A member of an object by its name; undefined when it is not there, or what is given is no object. */
export function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const members = value as { readonly [name: string]: JsonValue }; // arrays and null are excluded above
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

/** What a path of names leads to; undefined where it ends before. */
export function memberAt(value: JsonValue | undefined, ...names: readonly string[]): JsonValue | undefined {
  return names.reduce(memberOf, value);
}

/** A text member; undefined for anything else. */
export function textOf(value: JsonValue | undefined, ...names: readonly string[]): string | undefined {
  const member = memberAt(value, ...names);
  return typeof member === "string" ? member : undefined;
}

/** An array member; empty for anything else. */
export function listOf(value: JsonValue | undefined, ...names: readonly string[]): readonly JsonValue[] {
  const member = memberAt(value, ...names);
  return Array.isArray(member) ? (member as readonly JsonValue[]) : []; // Array.isArray does not narrow a readonly array
}
