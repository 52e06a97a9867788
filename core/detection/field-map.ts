import { type TextColumn } from "../sources/source.ts";
import { type LogSource } from "./rule.ts";

/**
 * What a Sigma field name means in the records of a source. Without an entry a name is a path: `userIdentity.type` is the
 * member `type` of the member `userIdentity`, exactly as the source writes them.
 */
interface FieldMap {
  /** What rules for these records call them; a part that is null fits any. */
  readonly logSource: LogSource;
  /** Names of the sources (core/sources) whose records they are. */
  readonly sources: readonly string[];
  /** Rules name a member below one that the records do not have: the first prefix that fits is put in place of. */
  readonly prefixes?: Readonly<Record<string, string>>;
  /** Whole names that the records spell otherwise. */
  readonly names?: Readonly<Record<string, string>>;
}

function logSource(product: string, service: string | null = null, category: string | null = null): LogSource {
  return { category, product, service };
}

/**
 * Rules for a product and service, and whose records they read. The names on the left are those that published rules use;
 * the vendors' documentation of their log formats says where the values are.
 */
const FIELD_MAPS: readonly FieldMap[] = [
  { logSource: logSource("aws", "cloudtrail"), sources: ["cloudtrail"] },
  { logSource: logSource("kubernetes", "audit", "application"), sources: ["kubernetes"] },
  { logSource: logSource("okta", "okta"), sources: ["okta"] },
  { logSource: logSource("github", "audit"), sources: ["github"] },
  { logSource: logSource("bitbucket", "audit"), sources: ["bitbucket", "atlassian"] },
  { logSource: logSource("onelogin", "onelogin.events"), sources: ["onelogin"] },
  { logSource: logSource("cisco", "duo"), sources: ["duo"] },
  {
    logSource: logSource("gcp", "gcp.audit"),
    sources: ["gcp-audit"],
    prefixes: { "data.protoPayload": "protoPayload" },
    names: { "gcp.audit.method_name": "protoPayload.methodName" },
  },
  { logSource: logSource("gcp", "google_workspace.admin"), sources: ["gcp-audit", "google-workspace"] },
  {
    logSource: logSource("gcp", "google_workspace.login"),
    sources: ["gcp-audit", "google-workspace"],
    names: { "protoPayload.Servicename": "protoPayload.serviceName" },
  },
  { logSource: logSource("azure", "activitylogs"), sources: ["azure-activity"] },
  { logSource: logSource("azure", "auditlogs"), sources: ["entra"] },
  { logSource: logSource("azure", "signinlogs"), sources: ["entra"] },
  { logSource: logSource("azure", "pim"), sources: ["entra"] },
  { logSource: logSource("azure", "riskdetection"), sources: ["entra"] },
  { logSource: logSource("m365", "audit"), sources: ["microsoft-365"] },
  { logSource: logSource("m365", "exchange"), sources: ["microsoft-365"] },
  { logSource: logSource("m365", "threat_detection"), sources: ["microsoft-365"] },
  { logSource: logSource("m365", "threat_management"), sources: ["microsoft-365"] },
];

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
      readonly pathOf: (field: string) => readonly string[];
    };

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
    return { kind: "records", sources, pathOf: (field) => pathOf(field, map) };
  }
  if (asked.product === null || asked.service !== null || asked.category !== null) return undefined;
  return { kind: "records", sources: [asked.product], pathOf: (field) => field.split(".") };
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

function pathOf(field: string, { prefixes = {}, names = {} }: FieldMap): readonly string[] {
  const whole = Object.hasOwn(names, field) ? names[field] : undefined;
  if (whole !== undefined) return whole.split(".");
  for (const [prefix, instead] of Object.entries(prefixes)) {
    if (field === prefix || field.startsWith(`${prefix}.`)) return (instead + field.slice(prefix.length)).split(".");
  }
  return field.split(".");
}
