import { type Fault, type YamlScalar } from "./yaml-tree.ts";

/** Values of placeholders by name, as a value file gives them. */
export type Placeholders = ReadonlyMap<string, readonly string[]>;

/** One value of a rule comes to no more than this: placeholders and dashes multiply. */
export const MAX_VARIANTS = 1_000;

const PLACEHOLDER = /\\%|%([^%\s]+)%/g;

/** The names of the placeholders in some values, each once. */
export function placeholdersIn(scalars: readonly YamlScalar[]): readonly string[] {
  const names = scalars.flatMap((scalar) =>
    scalar.kind === "text" ? [...scalar.text.matchAll(PLACEHOLDER)].flatMap(([, name]) => name ?? []) : [],
  );
  return [...new Set(names)];
}

/** A text with every combination of the values that its placeholders stand for; `\%` is a percent sign. */
export function expandPlaceholders(text: string, placeholders: Placeholders, fault: Fault): readonly string[] {
  let variants = [""];
  let at = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const before = text.slice(at, match.index);
    at = match.index + match[0].length;
    const values = match[1] === undefined ? ["%"] : placeholders.get(match[1]);
    if (!values || values.length === 0) throw fault(`unresolved placeholder %${match[1] ?? ""}%`);
    variants = variants.flatMap((variant) => values.map((value) => variant + before + value));
    if (variants.length > MAX_VARIANTS) throw fault(`expands to more than ${MAX_VARIANTS} values`);
  }
  return variants.map((variant) => variant + text.slice(at));
}
