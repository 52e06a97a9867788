import { describe, expect, test } from "vitest";

import { Problem } from "../../../core/model/problem.ts";
import { parseInstant } from "../../../core/model/time.ts";
import { formatQuery } from "../../../core/timeline/query-format.ts";
import { parseQuery } from "../../../core/timeline/query-parse.ts";

function ns(text: string): bigint {
  const time = parseInstant(text);
  if (time === undefined) throw new Error(`bad time in a test: ${text}`);
  return time;
}

/** The canonical spelling shows how a query was understood. */
function understood(text: string): string {
  return formatQuery(parseQuery(text));
}

function problemOf(text: string): Problem {
  try {
    parseQuery(text);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`no problem with ${text}`);
}

describe("terms", () => {
  test("an empty query matches everything", () => {
    expect(parseQuery("")).toEqual({ kind: "all" });
    expect(parseQuery(" \t\n")).toEqual({ kind: "all" });
  });

  test("a word without a field is free text", () => {
    expect(parseQuery("stop*")).toEqual({ kind: "words", pattern: { text: "stop*", literal: false } });
  });

  test("a phrase keeps its spaces, operators and stars", () => {
    expect(parseQuery('"a OR b*"')).toEqual({ kind: "words", pattern: { text: "a OR b*", literal: true } });
  });

  test("quotes and backslashes are escaped with a backslash", () => {
    expect(parseQuery(String.raw`"a\"b\\c"`)).toEqual({ kind: "words", pattern: { text: 'a"b\\c', literal: true } });
  });

  test("a field takes what follows its first colon, further colons included", () => {
    expect(understood("address:2001:db8::1")).toBe("address:2001:db8::1");
    expect(understood("resource:arn:aws:s3:::logs")).toBe("resource:arn:aws:s3:::logs");
  });

  test("a field name ignores case", () => {
    expect(understood("PRINCIPAL:a useragent:b")).toBe("principal:a AND userAgent:b");
  });

  test("text that begins like an address or a time is free text, not a field", () => {
    expect(understood("2001:db8::1 10:30")).toBe("2001:db8::1 AND 10:30");
  });

  test("an empty value asks for rows without one and a star for rows with one", () => {
    expect(parseQuery('principal:""').kind).toBe("absent");
    expect(parseQuery("principal:*").kind).toBe("present");
    expect(parseQuery('principal:"*"').kind).toBe("text");
  });

  test("operator words are plain text directly after a field and in lower case", () => {
    expect(understood("action:AND and")).toBe("action:AND AND and");
  });
});

describe("operators", () => {
  test("NOT binds closer than AND, AND closer than OR", () => {
    expect(understood("a OR NOT b c")).toBe("a OR NOT b AND c");
    expect(parseQuery("a OR NOT b c")).toMatchObject({ kind: "or", operands: [{}, { kind: "and" }] });
  });

  test("terms side by side mean AND", () => {
    expect(understood("a b AND c")).toBe("a AND b AND c");
  });

  test("a minus before a term means NOT, inside a word it does not", () => {
    expect(understood("-a b-c -action:d -(e OR f)")).toBe("NOT a AND b-c AND NOT action:d AND NOT (e OR f)");
    expect(understood("action:-a")).toBe("action:-a");
    expect(understood("-")).toBe("-");
  });

  test("parentheses group, and useless ones vanish", () => {
    expect(understood("((a)) AND (b AND (c))")).toBe("a AND b AND c");
    expect(understood("a AND (b OR c)")).toBe("a AND (b OR c)");
  });

  test("a field may take several values in parentheses", () => {
    expect(understood("outcome:(failure OR denied)")).toBe("outcome:failure OR outcome:denied");
    expect(understood("-action:(a* NOT ab*)")).toBe("NOT (action:a* AND NOT action:ab*)");
  });
});

describe("ranges", () => {
  test.each([
    ["time:2026-09-15", "2026-09-15T00:00:00Z", "2026-09-16T00:00:00Z"],
    ["time:2026-09-15T02", "2026-09-15T02:00:00Z", "2026-09-15T03:00:00Z"],
    ["time:2026-09-15T02:41", "2026-09-15T02:41:00Z", "2026-09-15T02:42:00Z"],
    ["time:2026-09-15T02:41:09Z", "2026-09-15T02:41:09Z", "2026-09-15T02:41:10Z"],
    ["time:2026-09-15T02:41:09.25Z", "2026-09-15T02:41:09.25Z", "2026-09-15T02:41:09.26Z"],
    ["time:2026-09-15T02:41+02:00", "2026-09-15T00:41:00Z", "2026-09-15T00:42:00Z"],
    ["time:2026-09-15..2026-09-16", "2026-09-15T00:00:00Z", "2026-09-17T00:00:00Z"],
    ["time:2026-09-15T02..2026-09-15T03:30", "2026-09-15T02:00:00Z", "2026-09-15T03:31:00Z"],
  ])("%s is from %s to before %s", (query, from, to) => {
    expect(parseQuery(query)).toMatchObject({ kind: "range", from: ns(from), to: ns(to) });
  });

  test.each([
    ["time:>2026-09-15", "2026-09-16T00:00:00Z", null],
    ["time:>=2026-09-15", "2026-09-15T00:00:00Z", null],
    ["time:2026-09-15..", "2026-09-15T00:00:00Z", null],
    ["time:<2026-09-15", null, "2026-09-15T00:00:00Z"],
    ["time:<=2026-09-15", null, "2026-09-16T00:00:00Z"],
    ["time:..2026-09-15", null, "2026-09-16T00:00:00Z"],
  ])("%s is open on one side", (query, from, to) => {
    expect(parseQuery(query)).toMatchObject({ from: from && ns(from), to: to && ns(to) });
  });

  test("numbers compare as whole numbers", () => {
    expect(parseQuery("seq:7")).toMatchObject({ from: 7n, to: 8n });
    expect(parseQuery("seq:7..9")).toMatchObject({ from: 7n, to: 10n });
    expect(parseQuery("seq:>7")).toMatchObject({ from: 8n, to: null });
  });

  test("two dots in a text are two dots", () => {
    expect(understood("resource:a..b")).toBe("resource:a..b");
  });
});

describe("errors point at the character", () => {
  test.each([
    ["(a", 2, '")"', "the end of the query"],
    ["a)", 1, "a term or the end of the query", ")"],
    ["a AND", 5, "a word, a field or a parenthesis", "the end of the query"],
    ["OR a", 0, "a word, a field or a parenthesis", "OR"],
    ["a OR OR b", 5, "a word, a field or a parenthesis", "OR"],
    ["()", 1, "a word, a field or a parenthesis", ")"],
    ["action:", 7, "a value of action", "the end of the query"],
    ["action: x", 7, "a value of action", '" "'],
    ['"a', 2, "a closing quote", "the end of the query"],
    [String.raw`"a\n"`, 3, String.raw`\" or \\`, String.raw`"\\n"`],
    ["time:yesterday", 5, "a time such as 2026-09-15, 2026-09-15T02:41:09Z, last-2h or now-30m", '"yesterday"'],
    ["time:2026-02-30", 5, "a time such as 2026-09-15, 2026-09-15T02:41:09Z, last-2h or now-30m", '"2026-02-30"'],
    ["time:2026-09-15..x", 17, "a time such as 2026-09-15, 2026-09-15T02:41:09Z, last-2h or now-30m", '"x"'],
    ["time:>=x", 7, "a time such as 2026-09-15, 2026-09-15T02:41:09Z, last-2h or now-30m", '"x"'],
    ["seq:..", 4, "a whole number", '".."'],
    ["seq:007x", 4, "a whole number", '"007x"'],
    ["action:(time:1)", 8, "a value of action", '"time:"'],
    ['""', 0, "a word or a phrase", "nothing between the quotes"],
  ])("%s", (query, offset, expected, found) => {
    const problem = problemOf(query);
    expect({ kind: problem.kind, code: problem.code, ...problem.details }).toEqual({
      kind: "usage",
      code: "query-syntax",
      offset,
      expected,
      found,
    });
  });

  test("an unknown field lists the known ones", () => {
    const { details } = problemOf("a actor:b");
    expect(details.offset).toBe(2);
    expect(details.expected).toContain("principal");
    expect(details.found).toBe('"actor"');
  });

  test("an unknown verdict lists the verdicts", () => {
    const { details } = problemOf("verdict:good");
    expect(details.offset).toBe(8);
    expect(details.expected).toContain("with-limits");
    expect(understood("verdict:alt*")).toBe("verdict:alt*");
  });

  test("a comparison on a text field is refused rather than taken literally", () => {
    expect(problemOf("action:>b").details.offset).toBe(7);
    expect(understood('action:">b"')).toBe('action:">b"');
  });

  test("oversized queries are refused", () => {
    expect(problemOf("a".repeat(10_001)).details.found).toBe("10001 characters");
    expect(problemOf("(".repeat(60) + "a" + ")".repeat(60)).details.expected).toBe("at most 50 levels");
    expect(problemOf("a ".repeat(501)).details.expected).toBe("at most 500 terms");
  });
});
