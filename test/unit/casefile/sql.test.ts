import { describe, expect, test } from "vitest";

import { fieldName, identifier, joinSql, literal, renderSql, sql } from "../../../core/casefile/sql.ts";

const HOSTILE = `x'; DROP TABLE event; --"`;

describe("SQL", () => {
  test("binds every value and numbers it in order, also across pieces", () => {
    const condition = sql`principal = ${HOSTILE} AND time >= ${7n}`;
    expect(renderSql(sql`SELECT ${identifier("seq")} FROM event WHERE (${condition}) LIMIT ${3}`)).toEqual({
      text: 'SELECT "seq" FROM event WHERE (principal = $1 AND time >= $2) LIMIT $3',
      values: [HOSTILE, 7n, 3],
    });
  });

  test("joins pieces, and none to nothing", () => {
    const pieces = [1, 2, 3].map((value) => sql`${value}`);
    expect(renderSql(joinSql(pieces, sql`, `))).toEqual({ text: "$1, $2, $3", values: [1, 2, 3] });
    expect(renderSql(joinSql([], sql`, `))).toEqual({ text: "", values: [] });
  });

  test("binds null, and bytes as they are", () => {
    const bytes = Uint8Array.of(1, 2);
    expect(renderSql(sql`${null}, ${bytes}`)).toEqual({ text: "$1, $2", values: [null, bytes] });
  });

  test("keeps quotes inside names and constants", () => {
    expect(renderSql(fieldName('a"b')).text).toBe('"a""b"');
    expect(renderSql(literal(HOSTILE)).text).toBe(`'x''; DROP TABLE event; --"'`);
  });

  test.each(["", "a b", 'a"', "1a", "a;", "x".repeat(64)])("takes no name of ours to be %j", (name) => {
    expect(() => identifier(name)).toThrow("not an identifier of ours");
  });

  test("takes no NUL, which would end the text for DuckDB", () => {
    expect(() => literal("a\0b")).toThrow();
    expect(() => fieldName("a\0b")).toThrow();
  });
});
