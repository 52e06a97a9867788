/**
 * Sigma by the letter of the specification, over events in memory: slow, and sharing nothing with core/detection. It
 * decides what the compiler must find.
 */
import { isIPv6 } from "node:net";

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type Detection = Readonly<Record<string, unknown>>;

/** Whether an event fits a detection, with placeholders already put in. */
export function fits(detection: Detection, record: unknown): boolean {
  const event = record as Json; // made by JSON.parse, or as if
  const { condition, ...searches } = detection;
  const conditions = Array.isArray(condition) ? condition : [condition];
  return conditions.some((text) => holds(String(text), searches, event));
}

function holds(text: string, searches: Detection, event: Json): boolean {
  const words = text.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const search = (name: string): boolean => searchFits(searches[name], event);
  const or = (): boolean => {
    let value = and();
    while (words[at] === "or") {
      at++;
      value = and() || value;
    }
    return value;
  };
  const and = (): boolean => {
    let value = not();
    while (words[at] === "and") {
      at++;
      value = not() && value;
    }
    return value;
  };
  const not = (): boolean => {
    if (words[at] === "not") {
      at++;
      return !not();
    }
    return primary();
  };
  const primary = (): boolean => {
    const word = words[at++] ?? "";
    if (word === "(") {
      const value = or();
      at++;
      return value;
    }
    if (words[at] !== "of") return search(word);
    at++;
    const pattern = words[at++] ?? "";
    const names = Object.keys(searches)
      .filter((name) => !name.startsWith("_") || pattern.startsWith("_"))
      .filter((name) => pattern === "them" || wildcard(pattern, true).test(name));
    return word === "all" ? names.every(search) : names.some(search);
  };
  return or();
}

function searchFits(search: unknown, event: Json): boolean {
  if (Array.isArray(search))
    return search.some((part) => (isMap(part) ? searchFits(part, event) : keywordFits(part, [], event)));
  if (!isMap(search)) return keywordFits(search, [], event);
  return Object.entries(search).every(([key, values]) =>
    itemFits(key, Array.isArray(values) ? values : [values], event),
  );
}

function itemFits(key: string, values: readonly unknown[], event: Json): boolean {
  const [field = "", ...modifiers] = key.split("|");
  const one = (value: unknown): boolean =>
    field === "" ? keywordFits(value, modifiers, event) : valueFits(field, value, modifiers, event);
  const result = modifiers.includes("all") ? values.every(one) : values.some(one);
  return modifiers.includes("neq") ? !result : result;
}

/** The values of a field, whose name is a path, or has dots itself; the first of both with a value counts. */
function valuesOf(event: Json, field: string): readonly Json[] {
  const found = valuesAt(event, field.split("."));
  return found.length > 0 ? found : valuesAt(event, [field]);
}

/** The values at a path: arrays give their members, null gives none. */
function valuesAt(event: Json, path: readonly string[]): readonly Json[] {
  let found: Json[] = [event];
  for (const name of path) {
    found = found
      .flatMap((value) => (isList(value) ? value : [value]))
      .flatMap((value) => (isMap(value) && Object.hasOwn(value, name) ? [value[name] as Json] : []));
  }
  return found.flatMap((value) => (isList(value) ? value : [value])).filter((value) => value !== null);
}

function isThere(event: Json, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  if (isList(event)) return event.some((member) => isMap(member) && isThere(member, path));
  return isMap(event) && Object.hasOwn(event, name) && (rest.length === 0 || isThere(event[name] as Json, rest));
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function valueFits(field: string, value: unknown, modifiers: readonly string[], event: Json): boolean {
  const found = valuesOf(event, field);
  if (modifiers.includes("exists")) return (isThere(event, field.split(".")) || isThere(event, [field])) === value;
  if (value === null) return found.length === 0;
  const cased = modifiers.includes("cased");
  if (modifiers.includes("fieldref")) {
    const fold = (text: string): string => (cased ? text : text.toLowerCase());
    const others = valuesOf(event, textOf(value as Json)).map((other) => fold(textOf(other)));
    return found.some((one) => others.some((other) => compare(fold(textOf(one)), other, modifiers)));
  }
  const tests = variants(value, modifiers).map((text) => textTest(text, value, modifiers));
  return found.some((one) => tests.some((test) => test(textOf(one))));
}

function compare(one: string, other: string, modifiers: readonly string[]): boolean {
  if (modifiers.includes("contains")) return one.includes(other);
  if (modifiers.includes("startswith")) return one.startsWith(other);
  if (modifiers.includes("endswith")) return one.endsWith(other);
  return one === other;
}

function keywordFits(value: unknown, modifiers: readonly string[], event: Json): boolean {
  const record = JSON.stringify(event);
  if (modifiers.includes("re")) return regex(String(value), modifiers).test(record);
  // A keyword is text of a value; inside JSON it is escaped as JSON escapes it.
  const pattern = pieces(String(value)).map((piece) =>
    piece === null ? "[^]*" : piece === undefined ? "[^]" : escaped(JSON.stringify(piece).slice(1, -1)),
  );
  return new RegExp(pattern.join(""), modifiers.includes("cased") ? "u" : "iu").test(record);
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
};

function textTest(variant: string, value: unknown, modifiers: readonly string[]): (text: string) => boolean {
  const operator = modifiers.find((name) => Object.hasOwn(COMPARE, name));
  const order = operator === undefined ? (a: number, b: number) => a === b : (COMPARE[operator] ?? (() => false));
  const part = modifiers.find((name) => ["minute", "hour", "day", "week", "month", "year"].includes(name));
  if (part !== undefined) {
    return (text) => {
      const number = datePart(text, part);
      return number !== undefined && order(number, Number(value));
    };
  }
  const isPart = modifiers.some((name) => ["contains", "startswith", "endswith"].includes(name));
  if (operator !== undefined || (typeof value === "number" && !isPart)) {
    return (text) => NUMBER.test(text) && order(Number(text), Number(value));
  }
  if (modifiers.includes("re")) return (text) => regex(variant, modifiers).test(text);
  if (modifiers.includes("cidr")) return (text) => inNetwork(text, variant);
  const before = modifiers.includes("contains") || modifiers.includes("endswith") ? "*" : "";
  const after = modifiers.includes("contains") || modifiers.includes("startswith") ? "*" : "";
  const isExact = modifiers.some((name) => name.startsWith("base64"));
  const pattern = before + (isExact ? variant.replace(/[\\*?]/g, "\\$&") : variant) + after;
  return (text) => wildcard(pattern, modifiers.includes("cased")).test(text);
}

function variants(value: unknown, modifiers: readonly string[]): readonly string[] {
  let texts: readonly (string | Buffer)[] = [String(value)];
  for (const modifier of modifiers) {
    texts = texts.flatMap((text): readonly (string | Buffer)[] => {
      if (modifier === "windash") return dashes(String(text));
      if (modifier === "wide" || modifier === "utf16le") return [Buffer.from(plain(text), "utf16le")];
      if (modifier === "utf16be") return [Buffer.from(plain(text), "utf16le").swap16()];
      if (modifier === "utf16") return [Buffer.from(`\ufeff${plain(text)}`, "utf16le")];
      const bytes = typeof text === "string" ? Buffer.from(plain(text)) : text;
      if (modifier === "base64") return [bytes.toString("base64")];
      if (modifier === "base64offset") return offsets(bytes);
      return [text];
    });
  }
  return texts.map(String);
}

function plain(text: string | Buffer): string {
  return pieces(String(text)).join("");
}

/** Every base64 of the bytes behind 0, 1 and 2 others, cut to what does not depend on what is around. */
function offsets(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((shift) => {
    const encode = (before: number, after: number): string =>
      Buffer.concat([Buffer.alloc(shift, before), bytes, Buffer.alloc(3, after)]).toString("base64");
    const all = [encode(0, 0), encode(255, 255)];
    const [one = "", other = ""] = all;
    let start = 0;
    while (one[start] !== other[start]) start++;
    let end = start;
    while (end < one.length && one[end] === other[end]) end++;
    return one.slice(start, end);
  });
}

function dashes(text: string): readonly string[] {
  const match = /(^|[^\p{L}\p{N}_])([-/–—―])(?=[\p{L}\p{N}_])/u.exec(text);
  if (!match) return [text];
  const at = match.index + (match[1] ?? "").length;
  return ["-", "/", "–", "—", "―"].flatMap((dash) =>
    dashes(text.slice(at + 1)).map((rest) => text.slice(0, at) + dash + rest),
  );
}

/** Literal pieces, null for `*`, undefined for `?`. */
function pieces(text: string): readonly (string | null | undefined)[] {
  return (text.match(/\\[\\*?]|[^]/gu) ?? []).map((piece) =>
    piece === "*" ? null : piece === "?" ? undefined : /^\\[\\*?]$/.test(piece) ? piece.slice(1) : piece,
  );
}

function wildcard(pattern: string, cased: boolean): RegExp {
  const source = pieces(pattern).map((piece) =>
    piece === null ? "[^]*" : piece === undefined ? "[^]" : escaped(piece),
  );
  return new RegExp(`^${source.join("")}$`, cased ? "u" : "iu");
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function regex(source: string, modifiers: readonly string[]): RegExp {
  return new RegExp(source, modifiers.filter((name) => ["i", "m", "s"].includes(name)).join("") + "u");
}

function datePart(text: string, part: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d))?/.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute] = match
    .slice(1)
    .map((digits) => (digits === undefined ? undefined : Number(digits)));
  switch (part) {
    case "year":
      return year;
    case "month":
      return month;
    case "day":
      return day;
    case "hour":
      return hour;
    case "minute":
      return minute;
    default: {
      const date = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day));
      if (date.getUTCMonth() !== (month ?? 1) - 1) return undefined;
      // ISO 8601: a week belongs to the year of its Thursday.
      date.setUTCDate(date.getUTCDate() + 3 - ((date.getUTCDay() + 6) % 7));
      return 1 + Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 604_800_000);
    }
  }
}

function inNetwork(text: string, network: string): boolean {
  const [address = "", bits] = network.split("/");
  const one = bitsOf(text);
  const other = bitsOf(address);
  if (one === undefined || other?.length !== one.length) return false;
  const count = bits === undefined ? one.length : Number(bits);
  return one.slice(0, count) === other.slice(0, count);
}

function bitsOf(text: string): string | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const octets = text.split(".").map(Number);
    return octets.every((octet) => octet < 256)
      ? octets.map((octet) => octet.toString(2).padStart(8, "0")).join("")
      : undefined;
  }
  if (!isIPv6(text) || text.includes("%")) return undefined;
  const [left = "", right] = text.replace(/\d+(?:\.\d+){3}$/, inHex).split("::");
  const groups = (half: string): readonly string[] => (half === "" ? [] : half.split(":"));
  const before = groups(left);
  const after = right === undefined ? [] : groups(right);
  const all = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => "0"), ...after];
  return all.map((group) => parseInt(group, 16).toString(2).padStart(16, "0")).join("");
}

/** 192.0.2.1 as c000:201. */
function inHex(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
  return [256 * a + b, 256 * c + d].map((group) => group.toString(16)).join(":");
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
