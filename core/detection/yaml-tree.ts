import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
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

/** A YAML document as a tree in which everything knows its line. */
export type YamlNode = { readonly line: number } & (
  | { readonly type: "map"; readonly entries: ReadonlyMap<string, YamlEntry> }
  | { readonly type: "list"; readonly items: readonly YamlNode[] }
  | { readonly type: "scalar"; readonly scalar: YamlScalar }
);

export interface YamlEntry {
  readonly line: number;
  readonly value: YamlNode;
}

/** A document of a file: its tree or why it has none. */
export interface YamlDocument {
  readonly line: number;
  /** As it stands in the file, without the `---` around it. */
  readonly text: string;
  readonly root: YamlNode | null;
  readonly fault: RuleFault | null;
}

/** Something in a rule that cannot be run, with the line where it stands. */
export class RuleFault extends Error {
  override readonly name = "RuleFault";
  readonly line: number;

  constructor(line: number, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.line = line;
  }
}

/** Makes the fault of a place that the caller knows. */
export type Fault = (reason: string) => RuleFault;

/** A rule file is text that a person wrote; the largest collections in one file stay below this. */
export const MAX_RULE_FILE_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 24;
const MAX_NODES = 50_000;

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
  const lineOf = (offset: number): number => lines.linePos(offset).line;
  const { contents, errors } = document;
  const start = contents?.range[0] ?? document.range[0];
  const source = text.slice(start, document.range[1]).trim();
  const [error] = errors;
  if (error) {
    const reason = `YAML: ${error.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "not readable"}`;
    return [{ line: lineOf(start), text: source, root: null, fault: new RuleFault(lineOf(error.pos[0]), reason) }];
  }
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  try {
    const reader = new TreeReader(document, lineOf);
    return [{ line: lineOf(start), text: source, root: reader.node(contents, lineOf(start), 0), fault: null }];
  } catch (fault) {
    if (!(fault instanceof RuleFault)) throw fault;
    return [{ line: lineOf(start), text: source, root: null, fault }];
  }
}

class TreeReader {
  readonly #document: Document.Parsed<ParsedNode, boolean>;
  readonly #lineOf: (offset: number) => number;
  #nodes = 0;

  constructor(document: Document.Parsed<ParsedNode, boolean>, lineOf: (offset: number) => number) {
    this.#document = document;
    this.#lineOf = lineOf;
  }

  node(given: unknown, above: number, depth: number): YamlNode {
    const found = isAlias(given) ? given.resolve(this.#document) : given;
    const line = lineStart(found, this.#lineOf) ?? above;
    this.#nodes += 1;
    // Aliases can make a small file expand without end.
    if (this.#nodes > MAX_NODES) throw new RuleFault(line, `YAML: expected at most ${MAX_NODES} values in a document`);
    if (depth > MAX_DEPTH) throw new RuleFault(line, `YAML: expected at most ${MAX_DEPTH} levels`);
    if (isMap(found)) {
      const entries = new Map<string, YamlEntry>();
      for (const { key, value } of found.items) {
        const keyLine = lineStart(key, this.#lineOf) ?? line;
        if (!isScalar(key) || typeof key.value !== "string") throw new RuleFault(keyLine, "YAML: expected a plain key");
        entries.set(key.value, { line: keyLine, value: this.node(value, keyLine, depth + 1) });
      }
      return { type: "map", line, entries };
    }
    if (isSeq(found)) return { type: "list", line, items: found.items.map((item) => this.node(item, line, depth + 1)) };
    return {
      type: "scalar",
      line,
      scalar: isScalar(found) ? scalarOf(found.value, found.source ?? "", line) : { kind: "null" },
    };
  }
}

function lineStart(node: unknown, lineOf: (offset: number) => number): number | undefined {
  const range = typeof node === "object" && node !== null && "range" in node ? (node as Node).range : undefined;
  return range ? lineOf(range[0]) : undefined;
}

function scalarOf(value: unknown, source: string, line: number): YamlScalar {
  switch (typeof value) {
    case "string":
      return { kind: "text", text: value };
    case "number":
      return { kind: "number", value, text: source.trim() };
    case "boolean":
      return { kind: "boolean", value };
    default:
      if (value === null) return { kind: "null" };
      throw new RuleFault(line, "YAML: expected a text, a number, true, false or null");
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
