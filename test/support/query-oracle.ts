import { BlockList, isIP } from "node:net";

import fc from "fast-check";

import { QUERY_FIELDS, type QueryField } from "../../core/timeline/fields.ts";
import { allOf, anyOf, type Pattern, type Query } from "../../core/timeline/query.ts";
import { FILE_VERDICT, type StoredEvent } from "./timeline-case.ts";

export const START = 1_789_344_000_000_000_000n;
export const SECOND = 1_000_000_000n;
const PRINCIPALS = ["ada", "Ada", "bo_b", "c%d", "svc-web", null, ""];
const ACTIONS = ["keys.create", "keys.delete", "KEYS.LIST", "roles.grant", null];
const OUTCOMES = ["success", "failure", "denied", null];
const ADDRESSES = ["192.0.2.1", "198.51.100.7", "2001:db8::1", null];
const RESOURCES = ["key-1", "a\\b", 'say "hi"', "100%", "Grün", null];

/** 240 events from a fixed rule: every combination of neighbours, some undated, out of order, some log records. */
export const EVENTS: readonly StoredEvent[] = Array.from({ length: 240 }, (_, seq) => ({
  kind: seq % 40 === 0 ? "log" : "event",
  time: seq % 17 === 3 ? null : START + BigInt((seq * 7919) % 1_000) * SECOND,
  principal: PRINCIPALS[seq % PRINCIPALS.length] ?? null,
  action: ACTIONS[(seq * 3) % ACTIONS.length] ?? null,
  outcome: OUTCOMES[(seq * 5) % OUTCOMES.length] ?? null,
  address: ADDRESSES[(seq * 11) % ADDRESSES.length] ?? null,
  resource: RESOURCES[(seq * 7) % RESOURCES.length] ?? null,
  verdict: seq % 60 === 9 ? "altered" : null,
}));

/** The order of a result: time, then evidence; what has no time comes last. */
export const inOrder = (left: number, right: number): number => {
  const [a, b] = [EVENTS[left]?.time ?? null, EVENTS[right]?.time ?? null];
  if (a === b) return left - right;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
};

/** The reference: the meaning of a query, spelled out over plain objects. */
export function matches(query: Query, event: StoredEvent, seq: number): boolean {
  switch (query.kind) {
    case "all":
      return true;
    case "and":
      return query.operands.every((operand) => matches(operand, event, seq));
    case "or":
      return query.operands.some((operand) => matches(operand, event, seq));
    case "not":
      return !matches(query.operand, event, seq);
    case "words":
      return QUERY_FIELDS.some((field) => field.freeText && found(textOf(field, event), query.pattern));
    case "text":
      return equal(textOf(query.field, event), query.pattern);
    case "regex": {
      const expression = new RegExp(query.source, "u");
      const fields = query.field ? [query.field] : QUERY_FIELDS.filter((field) => field.freeText);
      return fields.some((field) => expression.test(textOf(field, event) ?? "\0"));
    }
    case "network":
      return inBlock(textOf(query.field, event), query.block);
    case "present":
      return query.field.name === "time"
        ? event.time !== null
        : query.field.name === "seq" || Boolean(textOf(query.field, event));
    case "absent":
      return query.field.name === "time"
        ? event.time === null
        : query.field.name !== "seq" && !textOf(query.field, event);
    case "range": {
      const value = query.field.name === "seq" ? BigInt(seq) : event.time;
      return value !== null && (query.from === null || value >= query.from) && (query.to === null || value < query.to);
    }
  }
}

function textOf(field: QueryField, event: StoredEvent): string | null {
  switch (field.name) {
    case "principal":
    case "action":
    case "outcome":
    case "address":
    case "resource":
    case "kind":
      return event[field.name];
    case "verdict":
      return event.verdict ?? FILE_VERDICT;
    case "source":
      return "ocsf";
    case "exhibit":
      return "X-1";
    case "file":
      return "log.jsonl";
    default:
      return null;
  }
}

/** The reference for blocks: Node's own. */
function inBlock(address: string | null, block: string): boolean {
  const [network = "", prefix = ""] = block.split("/");
  const family = network.includes(":") ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return address !== null && isIP(address) !== 0 && list.check(address, address.includes(":") ? "ipv6" : "ipv4");
}

function wildcard(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^]*");
}

function equal(text: string | null, { text: pattern, literal }: Pattern): boolean {
  if (text === null) return false;
  return literal ? text === pattern : new RegExp(`^${wildcard(pattern)}$`, "i").test(text);
}

function found(text: string | null, { text: pattern, literal }: Pattern): boolean {
  if (text === null) return false;
  const needle = literal ? pattern.toLowerCase() : undefined;
  return needle === undefined ? new RegExp(wildcard(pattern), "i").test(text) : text.toLowerCase().includes(needle);
}

const word = fc.constantFrom(
  "ada",
  "ADA",
  "a*",
  "*e*",
  "k*s.*",
  "bo_b",
  "c%d",
  "100%",
  "svc-web",
  "failure",
  "grün",
  "a\\b",
  "2001:db8::1",
);
const pattern = fc.oneof(
  fc.record({ text: word, literal: fc.constant(false) }),
  fc.record({
    text: fc.constantFrom("ada", "Ada", "c%d", 'say "hi"', "a\\b", "*", "keys.create"),
    literal: fc.constant(true),
  }),
);
const textField = fc.constantFrom(
  ...QUERY_FIELDS.filter(({ name }) =>
    ["principal", "action", "outcome", "address", "resource", "region"].includes(name),
  ),
);
const moment = fc.integer({ min: -5, max: 1_005 }).map((offset) => START + BigInt(offset) * SECOND);
const timeField = fc.constantFrom(...QUERY_FIELDS.filter(({ name }) => name === "time"));
const term: fc.Arbitrary<Query> = fc.oneof(
  pattern.map((value): Query => ({ kind: "words", pattern: value })),
  fc.record({ kind: fc.constant("text" as const), field: textField, pattern }),
  fc.record({ kind: fc.constantFrom("present" as const, "absent" as const), field: fc.oneof(textField, timeField) }),
  fc.record({
    kind: fc.constant("regex" as const),
    field: fc.option(textField),
    source: fc.constantFrom("^a", "keys\\.(create|delete)", "[0-9]$", "(?:A|b).", "ü"),
  }),
  fc.record({
    kind: fc.constant("network" as const),
    field: fc.constantFrom(...QUERY_FIELDS.filter(({ name }) => name === "address")),
    block: fc.constantFrom("192.0.2.0/24", "0.0.0.0/0", "198.51.100.6/31", "2001:db8::/32", "::/0", "2001:db8::2/128"),
  }),
  fc.record({ kind: fc.constant("range" as const), field: timeField, from: fc.option(moment), to: fc.option(moment) }),
);
/** Any query of a few terms over the events. */
export const { query: anyQuery } = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    term,
    fc.array(tie("query"), { minLength: 2, maxLength: 3 }).map(allOf),
    fc.array(tie("query"), { minLength: 2, maxLength: 3 }).map(anyOf),
    tie("query").map((operand): Query => ({ kind: "not", operand })),
  ),
}));
