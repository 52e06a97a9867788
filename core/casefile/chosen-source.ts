import { createHash } from "node:crypto";

import { Problem, quote } from "../model/problem.ts";
import { parseOwnMapping } from "../sources/own-mapping.ts";
import { sourceNamed, SOURCES } from "../sources/registry.ts";
import { type SqlSession } from "./database.ts";
import { type ChosenSource } from "./log-files.ts";
import { sql } from "./sql.ts";

/** A mapping that the examiner wrote, and the name of its file, for messages. */
export interface MappingText {
  readonly file: string;
  readonly text: string;
}

/** What the examiner says about the source of evidence: nothing, a source that ships, or a mapping. */
export interface SourceChoice {
  readonly source?: string | undefined;
  readonly mapping?: MappingText | undefined;
}

/**
 * The source that was chosen, or undefined when it is to be recognised.
 * Throws `no-such-source` and `source-and-mapping` (usage), and `bad-mapping` (not-ready) with line and column.
 */
export function chosenSource({ source, mapping }: SourceChoice): ChosenSource | undefined {
  if (source !== undefined && mapping !== undefined) {
    throw new Problem("usage", "source-and-mapping", "expected a source or a mapping, got both");
  }
  if (mapping !== undefined) return ownSource(mapping);
  return source === undefined ? undefined : { source: shippedSource(source) };
}

function shippedSource(name: string): ChosenSource["source"] {
  const source = sourceNamed(name);
  if (source) return source;
  const names = SOURCES.map((known) => known.name).join(", ");
  throw new Problem("usage", "no-such-source", `--source expected one of ${names}, got ${quote(name)}`);
}

function ownSource({ file, text }: MappingText): ChosenSource {
  const { mapping, faults } = parseOwnMapping(text);
  if (mapping) return mapping;
  const [first] = faults;
  const places = faults.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`);
  throw new Problem("not-ready", "bad-mapping", `${quote(file)} is no mapping: ${places.join("; ")}`, {
    file,
    ...(first && { line: first.line }),
  });
}

/** SHA-256 of a mapping's text, lower-case hex, as the journal names it. */
export function mappingDigest({ text }: MappingText): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Keeps the mapping of an exhibit with the case. */
export async function saveMapping(session: SqlSession, exhibit: number, { text }: MappingText): Promise<void> {
  await session.run(sql`INSERT INTO exhibit_mapping VALUES (${exhibit}, ${text})`);
}
