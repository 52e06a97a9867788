import { joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { unreachable } from "../model/assert.ts";
import { literalOf, mapLiterals } from "./pattern.ts";
import { requiredText } from "./required-text.ts";
import { type Comparison, type FieldPart, type Matcher, type Network, type Pattern, type TimePart } from "./rule.ts";

/** A matcher that looks at one text at a time. */
export type TextMatcher = Extract<Matcher, { readonly kind: "text" | "number" | "regex" | "cidr" | "time" }>;

/** The condition that any (or every) matcher fits a text. It may be NULL where the text is. Every value is bound. */
export function textMatchersSql(text: Sql, matchers: readonly TextMatcher[]): Sql {
  const equal: Sql[] = [];
  const conditions: Sql[] = [];
  for (const matcher of matchers) {
    const whole = matcher.kind === "text" && !matcher.cased ? literalOf(matcher.pattern) : undefined;
    if (whole === undefined) conditions.push(matcherSql(text, matcher));
    else equal.push(sql`lower(${whole})`);
  }
  if (equal.length > 0) conditions.unshift(sql`lower(${text}) IN (${joinSql(equal, sql`, `)})`);
  return sql`(${joinSql(conditions, sql` OR `)})`;
}

function matcherSql(text: Sql, matcher: TextMatcher): Sql {
  switch (matcher.kind) {
    case "text":
      return patternSql(text, matcher.pattern, matcher.cased);
    case "number":
      return numberSql(text, matcher.operator, matcher.value);
    case "regex":
      return regexSql(text, matcher.source, matcher.flags);
    case "cidr":
      return networkSql(text, matcher.network);
    case "time":
      return compareSql(timePartSql(text, matcher.part), matcher.operator, matcher.value);
    default:
      return unreachable(matcher);
  }
}

function regexSql(text: Sql, source: string, flags: string): Sql {
  const matches = sql`regexp_matches(${text}, ${regexOf(source, flags)})`;
  const required = requiredText(source, flags);
  if (required === undefined) return matches;
  const held = sql`contains(${text}, ${required})`;
  return sql`CASE WHEN ${held} THEN ${matches} ELSE ${held} END`;
}

/** A regular expression with its flags in front, as RE2 takes them: `(?i)`, `(?m)`, `(?s)`. */
export function regexOf(source: string, flags: string): string {
  return flags === "" ? source : `(?${flags})${source}`;
}

function patternSql(text: Sql, pattern: Pattern, cased: boolean): Sql {
  const subject = cased ? text : sql`lower(${text})`;
  const fold = (value: string): Sql => (cased ? sql`${value}` : sql`lower(${value})`);
  const whole = literalOf(pattern);
  if (whole !== undefined) return sql`${subject} = ${fold(whole)}`;
  const [first, second, third, ...rest] = pattern;
  if (isAnything(first) && second === undefined) return sql`${text} IS NOT NULL`;
  if (rest.length === 0) {
    if (isAnything(first) && typeof second === "string" && (third === undefined || isAnything(third))) {
      return third === undefined
        ? sql`suffix(${subject}, ${fold(second)})`
        : sql`contains(${subject}, ${fold(second)})`;
    }
    if (typeof first === "string" && isAnything(second) && third === undefined) {
      return sql`starts_with(${subject}, ${fold(first)})`;
    }
  }
  return sql`${subject} LIKE ${fold(likePattern(pattern))} ESCAPE '\\'`;
}

function isAnything(part: Pattern[number] | undefined): boolean {
  return typeof part === "object" && part.wildcard === "*";
}

function likePattern(pattern: Pattern): string {
  return pattern
    .map((part) => (typeof part === "string" ? part.replace(/[\\%_]/g, "\\$&") : part.wildcard === "*" ? "%" : "_"))
    .join("");
}

/** The pattern as it stands in JSON text, where quotes, backslashes and controls are escaped. */
export function inJson(pattern: Pattern): Pattern {
  return mapLiterals(pattern, (part) => JSON.stringify(part).slice(1, -1));
}

/** A number as JSON writes it; compared as IEEE 754 doubles, as JSON readers do. */
const NUMBER = "-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?";

function numberSql(text: Sql, operator: Comparison, value: number): Sql {
  const number = sql`CASE WHEN regexp_full_match(${text}, ${NUMBER}) THEN TRY_CAST(${text} AS DOUBLE) END`;
  return compareSql(number, operator, value);
}

function compareSql(subject: Sql, operator: Comparison, value: number): Sql {
  const bound = sql`CAST(${value} AS DOUBLE)`;
  switch (operator) {
    case "eq":
      return sql`${subject} = ${bound}`;
    case "lt":
      return sql`${subject} < ${bound}`;
    case "lte":
      return sql`${subject} <= ${bound}`;
    case "gt":
      return sql`${subject} > ${bound}`;
    case "gte":
      return sql`${subject} >= ${bound}`;
  }
}

const TIME_GROUPS: Readonly<Record<Exclude<TimePart, "week">, number>> = {
  year: 1,
  month: 2,
  day: 3,
  hour: 4,
  minute: 5,
};

/** A part of a date as it is written, without any conversion between zones. */
function timePartSql(text: Sql, part: TimePart): Sql {
  if (part === "week") {
    return sql`week(TRY_CAST(regexp_extract(${text}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}') AS DATE))`;
  }
  const date = "^([0-9]{4})-([0-9]{2})-([0-9]{2})";
  const pattern = part === "hour" || part === "minute" ? `${date}[Tt ]([0-9]{2}):([0-9]{2})` : date;
  return sql`TRY_CAST(regexp_extract(${text}, ${pattern}, ${literal(String(TIME_GROUPS[part]))}::INTEGER) AS INTEGER)`;
}

const OCTET = "(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])";

function networkSql(text: Sql, { version, address, bits }: Network): Sql {
  if (version === 4) {
    const octets = [1, 2, 3, 4].map(
      (at) => sql`CAST(split_part(${text}, '.', ${literal(String(at))}::INTEGER) AS BIGINT)`,
    );
    const [a = sql``, b = sql``, c = sql``, d = sql``] = octets;
    const number = sql`(((${a} * 256 + ${b}) * 256 + ${c}) * 256 + ${d})`;
    const last = address + (1n << BigInt(32 - bits)) - 1n;
    return sql`CASE WHEN regexp_full_match(${text}, ${`${OCTET}(\\.${OCTET}){3}`}) THEN ${number} BETWEEN ${address} AND ${last} END`;
  }
  const digits = address.toString(16).padStart(32, "0");
  const whole = Math.floor(bits / 4);
  const left = bits % 4;
  const starts = sql`starts_with(${longV6(text)}, ${digits.slice(0, whole)})`;
  if (left === 0) return starts;
  const first = parseInt(digits.charAt(whole), 16);
  const choices = Array.from({ length: 2 ** (4 - left) }, (_, index) => literal((first + index).toString(16)));
  return sql`(${starts} AND substr(${longV6(text)}, ${literal(String(whole + 1))}::INTEGER, 1) IN (${joinSql(choices, sql`, `)}))`;
}

const GROUPS = "[0-9a-f]{1,4}(:[0-9a-f]{1,4})*";

/** An IPv6 address as 32 hex digits; NULL for anything else. */
function longV6(text: Sql): Sql {
  return withName(inGroups(text), (groups) => {
    const part = (at: string): Sql =>
      sql`list_filter(string_split(split_part(${groups}, '::', ${literal(at)}::INTEGER), ':'), lambda g: g <> '')`;
    const missing = sql`list_transform(range(8 - len(${part("1")}) - len(${part("2")})), lambda i: '0')`;
    const list = sql`CASE WHEN contains(${groups}, '::') THEN ${part("1")} || ${missing} || ${part("2")} ELSE ${part("1")} END`;
    const isAddress = sql`regexp_full_match(${groups}, ${`(${GROUPS})|((${GROUPS})?::(${GROUPS})?)`})`;
    const fits = sql`len(${list}) = 8 AND (NOT contains(${groups}, '::') OR len(${missing}) > 0)`;
    return sql`CASE WHEN ${isAddress} THEN CASE WHEN ${fits} THEN
      array_to_string(list_transform(${list}, lambda g: lpad(g, 4, '0')), '') END END`;
  });
}

/** In small letters, and with groups in place of an IPv4 address at its end (RFC 4291 §2.2). */
function inGroups(text: Sql): Sql {
  return withName(sql`lower(${text})`, (lower) => {
    const octet = (at: string): Sql =>
      sql`CAST(regexp_extract(${lower}, '([0-9]+)[.]([0-9]+)[.]([0-9]+)[.]([0-9]+)$', ${literal(at)}::INTEGER) AS INTEGER)`;
    const groups = sql`format('{:x}:{:x}', ${octet("1")} * 256 + ${octet("2")}, ${octet("3")} * 256 + ${octet("4")})`;
    const isMixed = sql`regexp_full_match(${lower}, ${`[0-9a-f:]*:${OCTET}(\\.${OCTET}){3}`})`;
    return sql`CASE WHEN ${isMixed} THEN regexp_extract(${lower}, '^.*:') || ${groups} ELSE ${lower} END`;
  });
}

/** An expression that uses a value several times, which is written and computed once. */
function withName(value: Sql, use: (name: Sql) => Sql): Sql {
  return sql`list_transform([${value}], lambda named: ${use(sql`named`)})[1]`;
}

/** Whether one text is, contains, begins or ends with another. */
export function compareTexts(one: Sql, other: Sql, part: FieldPart, cased: boolean): Sql {
  const fold = (text: Sql): Sql => (cased ? text : sql`lower(${text})`);
  switch (part) {
    case "whole":
      return sql`${fold(one)} = ${fold(other)}`;
    case "contains":
      return sql`contains(${fold(one)}, ${fold(other)})`;
    case "startswith":
      return sql`starts_with(${fold(one)}, ${fold(other)})`;
    case "endswith":
      return sql`suffix(${fold(one)}, ${fold(other)})`;
  }
}
