import { describe, expect, test } from "vitest";

import { readRules } from "../../../core/detection/read-rules.ts";
import { linkRules } from "../../../core/detection/rule-set.ts";
import { hasShared, listShared, readShared } from "../../support/shared.ts";

/** A rule with this detection, which begins on line 3. */
function rule(detection: string): string {
  const lines = detection.trim().split("\n");
  return `title: t\nlogsource: {product: jsonl}\ndetection:\n${lines.map((line) => `  ${line}`).join("\n")}\n`;
}

function reasonFor(text: string, placeholders: ReadonlyMap<string, readonly string[]> = new Map()): string | undefined {
  const [first] = linkRules(readRules([{ file: "r.yml", text }], placeholders), "conjoin").rejected;
  return first && `${first.file}:${first.line}: ${first.reason}`;
}

test.each([
  ["the key of a search", "s:\n  a|fuzzy: x\ncondition: s", 5, 5],
  ["a condition", "s: {a: 1}\ncondition: s and nobody", 5, 14],
  ["a value", "s:\n  a: [1, [2]]\ncondition: s", 5, 12],
  ["an alias without its anchor", "s:\n  a: *nowhere\ncondition: s", 5, 8],
  ["a tag of another language", "s:\n  a: !!python/object x\ncondition: s", 5, 8],
  ["a merge of no map", "s:\n  <<: x\ncondition: s", 5, 5],
  ["text that is no YAML", "s: {a: 1\ncondition: s", 5, 3],
])("a fault of %s is told with its line and column", (_, detection, line, column) => {
  expect(readRules([{ file: "r.yml", text: rule(detection) }]).rejected).toMatchObject([{ line, column }]);
});

test("aliases and merge keys are followed, and what stands beside a merge key counts", () => {
  const detection =
    "base: &base {a: 1, b: 2}\nother: &other {b: 3, c: 4}\nsame: *base\none: {<<: *base, b: 5}\ntwo: {<<: [*base, *other]}";
  const itemsOf = (condition: string): unknown =>
    readRules([{ file: "r.yml", text: rule(`${detection}\ncondition: ${condition}`) }]).rules.map((read) =>
      "expression" in read && read.expression.kind === "and"
        ? read.expression.operands.map((operand) =>
            operand.kind === "item" ? [operand.item.field, operand.item.matchers] : [],
          )
        : read,
    );
  const equals = (value: number): unknown => [{ kind: "number", operator: "eq", value }];
  expect(itemsOf("same")).toEqual([
    [
      ["a", equals(1)],
      ["b", equals(2)],
    ],
  ]);
  expect(itemsOf("one")).toEqual([
    [
      ["a", equals(1)],
      ["b", equals(5)],
    ],
  ]);
  expect(itemsOf("two")).toEqual([
    [
      ["b", equals(2)],
      ["c", equals(4)],
      ["a", equals(1)],
    ],
  ]);
});

describe("a detection that cannot run is rejected where the fault stands", () => {
  const s = "s: {a: 1}\n";
  test.each([
    ["an unknown modifier", "s:\n  a|fuzzy: x\ncondition: s", 'r.yml:5: "a|fuzzy": unsupported modifier "fuzzy"'],
    [
      "a comparison with a text",
      "s:\n  a|gt: abc\ncondition: s",
      'r.yml:5: "a|gt": a comparison of numbers takes a number, got "abc"',
    ],
    [
      "exists with a text",
      "s:\n  a|exists: 'yes'\ncondition: s",
      'r.yml:5: "a|exists": modifier "exists" takes true or false, got "yes"',
    ],
    [
      "a network that is none",
      "s:\n  a|cidr: 10.0.0.0/33\ncondition: s",
      'r.yml:5: "a|cidr": expected a network such as 10.0.0.0/8 or 2001:db8::/32, got "10.0.0.0/33"',
    ],
    [
      "a flag without a pattern",
      "s:\n  a|i: x\ncondition: s",
      'r.yml:5: "a|i": modifier "i" is only for regular expressions, after `re`',
    ],
    [
      "two parts at once",
      "s:\n  a|contains|startswith: x\ncondition: s",
      'r.yml:5: "a|contains|startswith": modifiers "contains" and "startswith" exclude each other',
    ],
    ["a modifier twice", "s:\n  a|all|all: [x]\ncondition: s", 'r.yml:5: "a|all|all": modifier "all" is given twice'],
    [
      "UTF-16 on its own",
      "s:\n  a|wide: x\ncondition: s",
      'r.yml:5: "a|wide": UTF-16 is no text of a log; follow it with base64 or base64offset',
    ],
    [
      "an encoded wildcard",
      "s:\n  a|base64: x*\ncondition: s",
      'r.yml:5: "a|base64": an encoding takes texts without wildcards',
    ],
    [
      "a keyword that needs a field",
      "s:\n  '|startswith': x\ncondition: s",
      'r.yml:5: "|startswith": keywords are looked for in the whole record; this modifier needs a field',
    ],
    [
      "a placeholder without values",
      "s:\n  a|expand: '%Admins%'\ncondition: s",
      'r.yml:5: "a|expand": unresolved placeholder %Admins%',
    ],
    ["a list in a list", "s:\n  - - x\ncondition: s", 'r.yml:5: "s": expected maps or texts, got a list in a list'],
    [
      "a map under a field",
      "s:\n  a: {b: 1}\ncondition: s",
      'r.yml:5: "a": expected a value or a list of values, got a map',
    ],
    ["no condition", "s: {a: 1}", "r.yml:3: detection: expected a condition, found none"],
    [
      "aggregation",
      `${s}condition: s | count() > 5`,
      "r.yml:5: condition: aggregation after a pipe is obsolete in Sigma 2; write a correlation rule instead",
    ],
    [
      "a time frame",
      `${s}timeframe: 5m\ncondition: s`,
      "r.yml:5: timeframe: aggregation is obsolete in Sigma 2; write a correlation rule instead",
    ],
    [
      "an upper-case operator",
      `${s}condition: s AND s`,
      'r.yml:5: condition: expected the end or an operator, got "AND"',
    ],
    [
      "two of them",
      `${s}condition: 2 of them`,
      'r.yml:5: condition: expected `1 of`, `any of` or `all of`, got "2 of"',
    ],
    ["an undefined name", `${s}condition: t`, 'r.yml:5: condition: "t" is not defined in this detection'],
    [
      "a pattern that names nothing",
      `${s}condition: 1 of x*`,
      'r.yml:5: condition: no identifier of the detection is "x*"',
    ],
    ["a pattern alone", `${s}condition: s*`, 'r.yml:5: condition: "s*" is a pattern; write `1 of s*` or `all of s*`'],
    [
      "a field that is no path",
      "s:\n  a: 1\n  b..c: 2\ncondition: s",
      'r.yml:6: "b..c" is no path into records; expected names with a dot between them',
    ],
    [
      "a field with a wildcard for a name",
      "s:\n  a.*: 1\ncondition: s",
      'r.yml:5: "a.*" is no path into records; expected names with a dot between them',
    ],
    [
      "a reference to a field that is no path",
      "s:\n  a|fieldref: b.\ncondition: s",
      'r.yml:5: "b." is no path into records; expected names with a dot between them',
    ],
    ["an open parenthesis", `${s}condition: (s`, "r.yml:5: condition: expected a closing parenthesis, got the end"],
    ["an operator without operand", `${s}condition: s and`, "r.yml:5: condition: expected a name, got the end"],
  ])("%s", (_, detection, reason) => {
    expect(reasonFor(rule(detection))).toBe(reason);
  });

  test("the second document of a file is named by its own line", () => {
    expect(reasonFor(`${rule("s: {a: 1}\ncondition: s")}---\n${rule("s: {a: 1}\ncondition: x")}`)).toMatch(
      /^r\.yml:11: /,
    );
  });

  test("broken YAML is named by its line", () => {
    expect(reasonFor("title: t\ndetection: [\n")).toMatch(/^r\.yml:\d+: YAML: /);
  });

  test("a placeholder with values is no fault", () => {
    expect(
      reasonFor(rule("s:\n  a|contains|expand: 'x%Admins%'\ncondition: s"), new Map([["Admins", ["root"]]])),
    ).toBeUndefined();
  });

  test("an id that is there already is rejected, and names the one that has it", () => {
    const one = `id: x\n${rule("s: {a: 1}\ncondition: s")}`;
    expect(reasonFor(`${one}---\n${one}`)).toBe('r.yml:8: "x" is already the id or name of r.yml, line 1');
  });
});

describe("a correlation that cannot run is rejected where the fault stands", () => {
  const with_ = (body: string): string =>
    `title: t\ncorrelation:\n${body
      .split("\n")
      .map((line) => `  ${line}`)
      .join("\n")}\n`;
  test.each([
    [
      "an unknown type",
      "type: near\nrules: a\ntimespan: 1m",
      'r.yml:3: type: expected event_count, value_count, temporal, temporal_ordered, value_sum, value_avg, value_percentile, got "near"',
    ],
    [
      "a month",
      "type: temporal\nrules: a\ntimespan: 1M",
      'r.yml:5: timespan: expected a number with s, m, h, d or w, got "1M"',
    ],
    ["no bound", "type: event_count\nrules: a\ntimespan: 1m", "r.yml:2: condition: event_count needs one"],
    [
      "no field",
      "type: value_sum\nrules: a\ntimespan: 1m\ncondition: {gte: 1}",
      "r.yml:6: condition: value_sum needs a field",
    ],
    [
      "no percentile",
      "type: value_percentile\nrules: a\ntimespan: 1m\ncondition: {gte: 1, field: x}",
      "r.yml:6: condition: value_percentile needs a percentile",
    ],
    [
      "a condition over names",
      "type: temporal\nrules: a\ntimespan: 1m\ncondition: a and not b",
      "r.yml:6: condition: expected bounds such as `gte: 10`; conditions over rule names are outside Sigma 2.1",
    ],
    [
      "fewer rules than all in an order",
      "type: temporal_ordered\nrules: [a, b, c]\ntimespan: 1m\ncondition: {gte: 2}",
      "r.yml:6: condition: temporal_ordered over fewer than all of its rules is not supported",
    ],
    [
      "bounds that no number fits",
      "type: event_count\nrules: a\ntimespan: 1m\ncondition: {gt: 5, lt: 2}",
      "r.yml:6: condition: no number fits all of its bounds",
    ],
    [
      "a rule that is not there",
      "type: temporal\ntimespan: 1m\nrules:\n  - a",
      'r.yml:6: correlation: "a" is no rule that can run',
    ],
    [
      "a key of another tool",
      "type: temporal\nrules: a\ntimespan: 1m\nwindow: session",
      'r.yml:6: correlation: unsupported key "window"',
    ],
  ])("%s", (_, body, reason) => {
    expect(reasonFor(with_(body))).toBe(reason);
  });

  test("a chain looks at columns that events have, as every correlation over rules for any source does", () => {
    const step = "title: s\nname: s\nlogsource: {category: api_activity}\ndetection: {s: {action: x}, condition: s}\n";
    const many = `name: many\n${with_("type: event_count\nrules: s\ngroup-by: principal\ntimespan: 1m\ncondition: {gte: 2}")}`;
    const above = with_("type: temporal\nrules: many\ngroup-by: nobody\ntimespan: 1m");
    expect(reasonFor([step, many, above].join("---\n"))).toMatch(/^r\.yml:19: "nobody" is no column of events; /);
  });

  test("an alias for no rule is told where it stands", () => {
    const step = "title: s\nname: s\nlogsource: {product: jsonl}\ndetection: {s: {a: 1}, condition: s}\n";
    const above = with_("type: temporal\nrules: s\ngroup-by: u\ntimespan: 1m\naliases:\n  u:\n    t: user");
    expect(reasonFor(`${step}---\n${above}`)).toBe(
      'r.yml:14: aliases: "u" names "t", which is no rule of this correlation',
    );
  });

  test("rules in an order may say that they are all asked for", () => {
    const { rejected } = readRules(
      ["{eq: 2}", "{gte: 2}", "{gt: 1, lte: 2}"].map((condition, index) => ({
        file: `${index}.yml`,
        text: with_(`type: temporal_ordered\nrules: [a, b]\ntimespan: 1m\ncondition: ${condition}`),
      })),
    );
    expect(rejected).toEqual([]);
  });
});

describe("filters", () => {
  const target = `id: target\n${rule("s: {a: 1}\ncondition: s")}`;
  const filter = (rules: string, product = "jsonl"): string =>
    `title: f\nid: f\nlogsource: {product: ${product}}\nfilter:\n  rules: ${rules}\n  s: {user: admin}\n  condition: s\n`;
  const expressionOf = (documents: string, reading: "conjoin" | "exclude"): unknown =>
    linkRules(readRules([{ file: "r.yml", text: documents }]), reading).routed[0]?.rule.expression;

  test("a filter's condition must hold, too, or must not: both readings", () => {
    const item = { kind: "item", item: expect.objectContaining({ field: "a" }) as unknown };
    const filtered = { kind: "item", item: expect.objectContaining({ field: "user" }) as unknown };
    const documents = `${target}---\n${filter("[target]")}`;
    expect(expressionOf(documents, "conjoin")).toEqual({ kind: "and", operands: [item, filtered] });
    expect(expressionOf(documents, "exclude")).toEqual({
      kind: "and",
      operands: [item, { kind: "not", operand: filtered }],
    });
  });

  test("a filter for any rule filters those of its log source", () => {
    expect(expressionOf(`${target}---\n${filter("any")}`, "conjoin")).toMatchObject({ kind: "and" });
    expect(expressionOf(`${target}---\n${filter("any", "other")}`, "conjoin")).toMatchObject({ kind: "item" });
  });

  test("a filter for a rule that is not there, or of another log, is rejected", () => {
    expect(reasonFor(`${target}---\n${filter("[nowhere]")}`)).toMatch(/filter: "nowhere" is no loaded detection rule$/);
    expect(reasonFor(`${target}---\n${filter("[target]", "other")}`)).toMatch(
      /filter: its logsource does not cover that of "target"$/,
    );
  });
});

describe.skipIf(!hasShared("rules/sigmahq"))("the published rules", () => {
  test("all 294 of them compile", () => {
    const files = listShared("rules/sigmahq")
      .filter((path) => path.endsWith(".yml"))
      .map((file) => ({ file, text: readShared(`rules/sigmahq/${file}`).toString("utf8") }));
    const set = linkRules(readRules(files), "conjoin");
    expect(set.rejected).toEqual([]);
    expect([set.loaded, set.routed.length, set.unrouted.length]).toEqual([294, 294, 0]);
  });
});
