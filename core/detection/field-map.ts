import { type TextColumn } from "../sources/source.ts";
import { FIELD_MAPS, type FieldPlace } from "./field-maps.ts";
import { type LogSource } from "./rule.ts";

/** Rules for the events of any source, over the columns that every event has. */
const ANY_SOURCE: LogSource = { category: "api_activity", product: null, service: null };

/** A column of an event, under the name that queries and exports use. `time` is the moment in UTC as text. */
export type EventColumn = TextColumn | "outcome" | "source" | "time";

const EVENT_FIELDS: Readonly<Record<string, EventColumn>> = {
  time: "time",
  source: "source",
  principal: "principal",
  principalKind: "principal_kind",
  credential: "credential",
  session: "session",
  action: "action",
  service: "service",
  resource: "resource",
  outcome: "outcome",
  error: "error",
  address: "address",
  userAgent: "user_agent",
  account: "account",
  region: "region",
  requestId: "request_id",
  eventId: "event_id",
};

/** Names of the fields that rules for any source can use. */
export const EVENT_FIELD_NAMES: readonly string[] = Object.keys(EVENT_FIELDS);

/** Where a rule looks: at the columns of every event, or into the records of some sources. */
export type Route =
  | { readonly kind: "events" }
  | {
      readonly kind: "records";
      readonly sources: readonly string[];
      /** Where a field's value can be, the first place that has one counting. */
      readonly placesOf: (field: string) => readonly Place[];
    };

/** A path into a record, and words that its texts are put into. */
export interface Place {
  readonly path: readonly string[];
  readonly words?: Readonly<Record<string, string>>;
  readonly otherwise?: string | null;
}

/**
 * Where the rules of a log source look; undefined when no source that is read here has such records. A product may also be
 * the name of a source, for rules of one's own.
 */
export function routeOf(asked: LogSource): Route | undefined {
  if (asked.category === ANY_SOURCE.category && asked.product === null && asked.service === null)
    return { kind: "events" };
  const maps = FIELD_MAPS.filter((map) => asksFor(asked, map.logSource));
  const [map] = maps;
  if (map) {
    const sources = [...new Set(maps.flatMap((fitting) => fitting.sources))];
    return { kind: "records", sources, placesOf: (field) => placesOf(field, map) };
  }
  if (asked.product === null || asked.service !== null || asked.category !== null) return undefined;
  return { kind: "records", sources: [asked.product], placesOf: memberPlaces };
}

/** A member of a member, or one whose name has the dots itself, as logs that were flattened write it. */
function memberPlaces(field: string): readonly Place[] {
  const path = field.split(".");
  return path.length === 1 ? [{ path }] : [{ path }, { path: [field] }];
}

/** The column that a field of a rule for any source names; undefined when there is none. */
export function eventColumn(field: string): EventColumn | undefined {
  return Object.hasOwn(EVENT_FIELDS, field) ? EVENT_FIELDS[field] : undefined;
}

/** Every part that the rule gives is the same; a part that it leaves out fits. */
function asksFor(asked: LogSource, has: LogSource): boolean {
  const fits = (one: string | null, other: string | null): boolean => one === null || one === other;
  return fits(asked.product, has.product) && fits(asked.service, has.service) && fits(asked.category, has.category);
}

function placesOf(field: string, { prefixes = {}, names = {} }: (typeof FIELD_MAPS)[number]): readonly Place[] {
  const others = Object.hasOwn(names, field) ? names[field] : undefined;
  if (others) return [field, ...others].map(toPlace);
  for (const [prefix, instead] of Object.entries(prefixes)) {
    if (field === prefix || field.startsWith(`${prefix}.`)) return [toPlace(instead + field.slice(prefix.length))];
  }
  return [toPlace(field)];
}

function toPlace(place: FieldPlace): Place {
  return typeof place === "string" ? { path: place.split(".") } : { ...place, path: place.path.split(".") };
}
