import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Alias,
  type Document,
  type Node,
  type ParsedNode,
} from "yaml";

import { quote } from "../model/problem.ts";

/** A scalar of a rule. Numbers keep their text, because a double does not hold every identifier that looks like one. */
export type YamlScalar =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly value: number; readonly text: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" };

/** A place in a rule file, line and column from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** A YAML document as a tree in which everything knows its place. */
export type YamlNode = TextPlace &
  (
    | { readonly type: "map"; readonly entries: ReadonlyMap<string, YamlEntry> }
    | { readonly type: "list"; readonly items: readonly YamlNode[] }
    | { readonly type: "scalar"; readonly scalar: YamlScalar }
  );

export interface YamlEntry extends TextPlace {
  readonly value: YamlNode;
}

/** A document of a file: its tree or why it has none. */
export interface YamlDocument extends TextPlace {
  /** As it stands in the file, without the `---` around it. */
  readonly text: string;
  readonly root: YamlNode | null;
  readonly fault: RuleFault | null;
}

/** Something in a rule that cannot be run, and where it stands. */
export class RuleFault extends Error {
  override readonly name = "RuleFault";
  readonly at: TextPlace;

  constructor({ line, column }: TextPlace, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.at = { line, column };
  }
}

/** Makes the fault of a place that the caller knows. */
export type Fault = (reason: string) => RuleFault;

/** A rule file is text that a person wrote; the largest collections in one file stay below this. */
export const MAX_RULE_FILE_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 24;
const MAX_NODES = 50_000;
/** Of YAML 1.1; YAML 1.2 has none, but rules are written for readers that know it. */
const MERGE_KEY = "<<";

/** The documents of a YAML 1.2 file, empty ones left out. Never throws: a document that cannot be read says so. */
export function readYaml(text: string): readonly YamlDocument[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, version: "1.2" });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => readDocument(document, text, lines));
}

function readDocument(
  document: Document.Parsed<ParsedNode, boolean>,
  text: string,
  lines: LineCounter,
): readonly YamlDocument[] {
  const placeOf = (offset: number): TextPlace => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const { contents, errors, warnings } = document;
  const start = contents?.range[0] ?? document.range[0];
  const source = text.slice(start, document.range[1]).trim();
  const place = placeOf(start);
  // A tag that nothing here knows would make another value of what stands behind it.
  const [error] = [...errors, ...warnings];
  if (error) {
    const reason = `YAML: ${error.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "not readable"}`;
    return [{ ...place, text: source, root: null, fault: new RuleFault(placeOf(error.pos[0]), reason) }];
  }
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  try {
    const reader = new TreeReader(document, placeOf);
    return [{ ...place, text: source, root: reader.node(contents, place, 0), fault: null }];
  } catch (fault) {
    if (!(fault instanceof RuleFault)) throw fault;
    return [{ ...place, text: source, root: null, fault }];
  }
}

class TreeReader {
  readonly #document: Document.Parsed<ParsedNode, boolean>;
  readonly #placeOf: (offset: number) => TextPlace;
  #nodes = 0;

  constructor(document: Document.Parsed<ParsedNode, boolean>, placeOf: (offset: number) => TextPlace) {
    this.#document = document;
    this.#placeOf = placeOf;
  }

  node(given: unknown, above: TextPlace, depth: number): YamlNode {
    const found = isAlias(given) ? this.#anchored(given, above) : given;
    const place = startOf(found, this.#placeOf) ?? above;
    this.#nodes += 1;
    // Aliases can make a small file expand without end.
    if (this.#nodes > MAX_NODES) throw new RuleFault(place, `YAML: expected at most ${MAX_NODES} values in a document`);
    if (depth > MAX_DEPTH) throw new RuleFault(place, `YAML: expected at most ${MAX_DEPTH} levels`);
    if (isMap(found)) {
      const entries = new Map<string, YamlEntry>();
      let merged: Entries = [];
      for (const { key, value } of found.items) {
        const keyPlace = startOf(key, this.#placeOf) ?? place;
        if (!isScalar(key) || typeof key.value !== "string")
          throw new RuleFault(keyPlace, "YAML: expected a plain key");
        const entry = { ...keyPlace, value: this.node(value, keyPlace, depth + 1) };
        if (key.value === MERGE_KEY && key.type === "PLAIN") merged = mergedBy(entry);
        else entries.set(key.value, entry);
      }
      return { type: "map", ...place, entries: new Map([...merged, ...entries]) };
    }
    if (isSeq(found))
      return { type: "list", ...place, items: found.items.map((item) => this.node(item, place, depth + 1)) };
    return {
      type: "scalar",
      ...place,
      scalar: isScalar(found) ? scalarOf(found.value, found.source ?? "", place) : { kind: "null" },
    };
  }

  #anchored(alias: Alias, above: TextPlace): Node {
    const found = alias.resolve(this.#document);
    if (found) return found;
    const place = startOf(alias, this.#placeOf) ?? above;
    throw new RuleFault(place, `YAML: expected the anchor ${quote(alias.source)} before its alias, found none`);
  }
}

type Entries = readonly (readonly [string, YamlEntry])[];

/** What a merge key adds to a map: entries of a map, or of several maps of which the first that has a key counts. */
function mergedBy(entry: YamlEntry): Entries {
  const { value } = entry;
  return (value.type === "list" ? value.items : [value]).toReversed().flatMap((map) => {
    if (map.type !== "map") throw new RuleFault(entry, "YAML: expected a map, or a list of maps, behind a merge key");
    return [...map.entries];
  });
}

function startOf(node: unknown, placeOf: (offset: number) => TextPlace): TextPlace | undefined {
  const range = typeof node === "object" && node !== null && "range" in node ? (node as Node).range : undefined;
  return range ? placeOf(range[0]) : undefined;
}

function scalarOf(value: unknown, source: string, place: TextPlace): YamlScalar {
  switch (typeof value) {
    case "string":
      return { kind: "text", text: value };
    case "number":
      return { kind: "number", value, text: source.trim() };
    case "boolean":
      return { kind: "boolean", value };
    default:
      if (value === null) return { kind: "null" };
      throw new RuleFault(place, "YAML: expected a text, a number, true, false or null");
  }
}

/** What a node is, for messages. */
export function described(node: YamlNode): string {
  if (node.type === "map") return "a map";
  if (node.type === "list") return "a list";
  const { scalar } = node;
  switch (scalar.kind) {
    case "text":
      return quote(scalar.text);
    case "number":
      return scalar.text;
    case "boolean":
      return String(scalar.value);
    case "null":
      return "null";
  }
}
