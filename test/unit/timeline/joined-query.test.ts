import { describe, expect, test } from "vitest";

import { parseQuery } from "../../../core/timeline/query-parse.ts";
import { formatQuery } from "../../../core/timeline/query-format.ts";
import { joinQueries } from "../../../core/timeline/joined-query.ts";

describe("a query and its pins", () => {
  test("must all hold", () => {
    const joined = joinQueries("a OR b", ["NOT c", "action:d OR action:e"]);
    expect(formatQuery(parseQuery(joined))).toBe("(a OR b) AND NOT c AND (action:d OR action:e)");
  });

  test("are what is left where one of them is empty", () => {
    expect(joinQueries("a OR b", [])).toBe("a OR b");
    expect(joinQueries(" ", ["a OR b"])).toBe("(a OR b)");
  });

  test("do not leave their own parentheses", () => {
    expect(() => joinQueries("a) OR (b", ["c"])).toThrow(
      "expected a term or the end of the query, found ) at character 2",
    );
    expect(() => joinQueries("a", ["b) OR (c"])).toThrow('in the pin "b) OR (c": expected a term');
  });

  test("point at the character of the text that was typed", () => {
    expect(() => joinQueries("action:(a", ["c"])).toThrow(
      expect.objectContaining({ code: "query-syntax", details: expect.objectContaining({ offset: 9 }) as unknown }),
    );
    expect(() => joinQueries("time:last-2h", ["c"])).not.toThrow();
  });
});
