import { identifier, joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { type FieldColumns } from "./expression-sql.ts";
import { type CorrelationRule, type DetectionRule } from "./rule.ts";
import { fieldFor, type LinkedCorrelation } from "./link-correlations.ts";

/** What correlations ask about the rules they build on. */
export interface CorrelationMeans {
  /** The number a rule's matches or alerts are stored with. */
  numberOf(rule: DetectionRule | CorrelationRule): number;
  /** The detection rules at the bottom of a rule. */
  leavesOf(rule: DetectionRule | CorrelationRule): readonly DetectionRule[];
  /** The relations (with `seq`) in which a rule's events are, and a field's values in each. */
  relationsOf(
    rule: DetectionRule,
  ): readonly { readonly relation: Sql; readonly columns: (field: string) => FieldColumns | undefined }[];
}

/** Moments at which correlations hold (`rule`, `seq`), which those above them read. */
export const HELD = identifier("detection_held");

/**
 * Events of the rules that a correlation refers to: `member` (the rule's place in it), `seq`, `time`, the groups, and `v0`…, the
 * values that it looks at. Of a correlation among them, the events at which it holds.
 */
export function occurrencesSql({ rule, members }: LinkedCorrelation, means: CorrelationMeans): Sql {
  const parts = members.flatMap((member, position) =>
    means.leavesOf(member).flatMap((leaf) =>
      means.relationsOf(leaf).map(({ relation, columns: columnsOf }) => {
        const valueOf = (name: string): Sql => {
          const found = columnsOf(fieldFor(rule, member, name));
          if (!found) return sql`NULL::VARCHAR`;
          return found.list ? sql`coalesce(${found.text}, CAST(to_json(${found.list}) AS VARCHAR))` : found.text;
        };
        const wanted = [
          ...rule.groupBy.map((name, index) => sql`${valueOf(name)} AS ${identifier(`g${index}`)}`),
          ...rule.fields.map((name, index) => sql`${valueOf(name)} AS ${identifier(`v${index}`)}`),
        ];
        const held =
          member.kind === "correlation"
            ? sql`AND m.seq IN (SELECT seq FROM ${HELD} WHERE rule = ${means.numberOf(member)})`
            : sql``;
        return sql`SELECT ${literal(String(position))}::INTEGER AS member, m.seq AS seq, m.time AS time
            ${joinSql(
              wanted.map((column) => sql`, ${column}`),
              sql``,
            )}
          FROM (SELECT m.seq, e.time FROM detection_match m JOIN event e USING (seq)
                WHERE m.rule = ${means.numberOf(leaf)} ${held}) m
          JOIN ${relation} r ON r.seq = m.seq`;
      }),
    ),
  );
  if (parts.length === 0) return emptyOccurrences(rule);
  return joinSql(parts, sql` UNION ALL `);
}

/** What a correlation has whose rules look at logs that are not in the case. */
function emptyOccurrences(rule: CorrelationRule): Sql {
  const names = [...rule.groupBy.map((_, index) => `g${index}`), ...rule.fields.map((_, index) => `v${index}`)];
  const empty = names.map((name) => sql`, NULL::VARCHAR AS ${identifier(name)}`);
  return sql`SELECT 0 AS member, NULL::BIGINT AS seq, NULL::BIGINT AS time ${joinSql(empty, sql``)} WHERE false`;
}
