import { base64AtOffsets, utf16 } from "./encodings.ts";
import { literalOf, parsePattern } from "./pattern.ts";
import { expandPlaceholders, MAX_VARIANTS, type Placeholders } from "./placeholders.ts";
import { type Fault, type YamlScalar } from "./yaml-tree.ts";

/** A value on its way through the modifiers. */
export type ItemValue =
  | { readonly kind: "raw"; readonly text: string }
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | Exclude<YamlScalar, { readonly kind: "text" }>;

/** What a value of a rule becomes by the modifiers that change values, one after the other. */
export function changedValues(
  scalar: YamlScalar,
  changes: readonly string[],
  placeholders: Placeholders,
  fault: Fault,
): readonly ItemValue[] {
  const start: ItemValue = scalar.kind === "text" ? { kind: "raw", text: scalar.text } : scalar;
  return changes.reduce<readonly ItemValue[]>(
    (values, change) => {
      const changed = values.flatMap((value) => changeValue(value, change, placeholders, fault));
      if (changed.length > MAX_VARIANTS) throw fault(`expands to more than ${MAX_VARIANTS} values`);
      return changed;
    },
    [start],
  );
}

function changeValue(value: ItemValue, change: string, placeholders: Placeholders, fault: Fault): readonly ItemValue[] {
  switch (change) {
    case "expand":
      return value.kind === "raw" ? expandPlaceholders(value.text, placeholders, fault).map(raw) : [value];
    case "windash":
      if (value.kind !== "raw") throw fault('modifier "windash" takes texts, before any encoding');
      return dashVariants(value.text, fault).map(raw);
    case "base64":
      return [{ kind: "literal", text: Buffer.from(bytesOf(value, fault)).toString("base64") }];
    case "base64offset": {
      const texts = base64AtOffsets(bytesOf(value, fault));
      if (texts.includes("")) throw fault('modifier "base64offset" takes texts of at least 2 bytes');
      return texts.map((text) => ({ kind: "literal", text }));
    }
    default:
      return [{ kind: "bytes", bytes: utf16(textOf(value, fault), change) }];
  }
}

function raw(text: string): ItemValue {
  return { kind: "raw", text };
}

function textOf(value: ItemValue, fault: Fault): string {
  const text =
    value.kind === "raw" ? literalOf(parsePattern(value.text)) : value.kind === "literal" ? value.text : undefined;
  if (text === undefined) throw fault("an encoding takes texts without wildcards");
  return text;
}

function bytesOf(value: ItemValue, fault: Fault): Uint8Array {
  return value.kind === "bytes" ? value.bytes : Buffer.from(textOf(value, fault), "utf8");
}

const DASHES = ["-", "/", "\u2013", "\u2014", "\u2015"];
/** A dash that begins a word, as the flag of a command line does. */
const LEADING_DASH = /(?<![\p{L}\p{N}_])[-/\u2013\u2014\u2015](?=[\p{L}\p{N}_])/gu;

function dashVariants(text: string, fault: Fault): readonly string[] {
  let variants = [""];
  let at = 0;
  for (const match of text.matchAll(LEADING_DASH)) {
    const before = text.slice(at, match.index);
    at = match.index + 1;
    variants = variants.flatMap((variant) => DASHES.map((dash) => variant + before + dash));
    if (variants.length > MAX_VARIANTS) throw fault(`expands to more than ${MAX_VARIANTS} values`);
  }
  return variants.map((variant) => variant + text.slice(at));
}
