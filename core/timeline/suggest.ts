import { type CaseFile } from "../casefile/case-file.ts";
import { integerOf, textOf } from "../casefile/row.ts";
import { identifier, sql } from "../casefile/sql.ts";
import { type Suggestion } from "../model/timeline.ts";
import { MARKS } from "../model/triage.ts";
import { ROW_VERDICTS } from "../model/verdict.ts";
import { QUERY_FIELDS, fieldNamed, type QueryField } from "./fields.ts";
import { matchingEvents } from "./matching-events.ts";
import { relationOfField } from "./relation.ts";
import { type SavedResult } from "./saved-result.ts";

const VALUES_OFFERED = 12;
const OPERATORS = ["AND", "OR", "NOT"] as const;

/**
 * What could stand at the cursor: fields and operators for a word, the most frequent values that begin so for a field.
 * Values are counted among the matching events of a result, or in the whole case without one.
 */
export async function suggestTerms(
  caseFile: CaseFile,
  question: { readonly text: string; readonly cursor: number; readonly result: SavedResult | null },
  signal?: AbortSignal,
): Promise<readonly Suggestion[]> {
  const before = question.text.slice(0, question.cursor);
  const [, name, value] = /(?:^|[\s(-])([A-Za-z][A-Za-z0-9_]*):("(?:[^"\\]|\\.)*|[^\s()"]*)$/.exec(before) ?? [];
  if (name !== undefined && value !== undefined) {
    const field = fieldNamed(name);
    if (!field) return [];
    const begun = value.replace(/^"/, "").replace(/\\(.)/g, "$1");
    const place = { from: question.cursor - value.length, to: question.cursor };
    const values = await valuesOf(caseFile, field, begun, question.result, signal);
    return values.map(([text, count]) => ({ kind: "value", text: spelled(text), count, ...place }));
  }
  const word = /[A-Za-z][A-Za-z0-9_]*$/.exec(before)?.[0] ?? "";
  if (word === "" && /\S$/.test(before.replace(/[(-]$/, ""))) return [];
  const place = { from: question.cursor - word.length, to: question.cursor, count: null };
  const begins = (text: string): boolean => text.toLowerCase().startsWith(word.toLowerCase());
  return [
    ...QUERY_FIELDS.filter((field) => begins(field.name)).map((field): Suggestion => ({
      kind: "field",
      text: `${field.name}:`,
      ...place,
    })),
    ...OPERATORS.filter((operator) => word !== "" && begins(operator)).map((operator): Suggestion => ({
      kind: "operator",
      text: `${operator} `,
      ...place,
    })),
  ];
}

async function valuesOf(
  caseFile: CaseFile,
  field: QueryField,
  begun: string,
  result: SavedResult | null,
  signal: AbortSignal | undefined,
): Promise<readonly (readonly [string, number | null])[]> {
  const known = field.kind === "verdict" ? ROW_VERDICTS : field.kind === "mark" ? MARKS : null;
  if (known) return known.filter((word) => word.startsWith(begun.toLowerCase())).map((word) => [word, null]);
  if (field.kind !== "text") return [];
  const column = identifier(field.column);
  const events = result ? matchingEvents(result, field) : sql`FROM ${relationOfField(field)} WHERE TRUE`;
  const rows = await (field.related === null ? caseFile.jobs : caseFile).query(
    sql`SELECT ${column} AS value, count(*) AS events ${events}
        AND starts_with(lower(${column}), lower(${begun})) AND ${column} <> ''
        GROUP BY value ORDER BY events DESC, value LIMIT ${VALUES_OFFERED}`,
    { signal },
  );
  return rows.map((row) => [textOf(row, "value"), integerOf(row, "events")]);
}

/** A value as the query language spells it: in quotes unless it is a plain word. */
function spelled(value: string): string {
  return /^[A-Za-z0-9_.@-]+$/.test(value) ? value : `"${value.replace(/[\\"]/g, "\\$&")}"`;
}
