/**
 * What the events of a CloudTrail log file say about the file itself: whose they are, when they happened, and which of
 * them switched the trail. None of it proves anything; it is shown beside what is proven.
 */
import { frameJsonArray } from "../encoding/json-array.ts";

/** An event that starts, stops or changes what a trail records. */
export interface TrailEvent {
  /** As recorded. */
  readonly time: string;
  readonly name: string;
  readonly principal: string;
  readonly account: string;
  /** The trail it is about, as requested: a name or an ARN; null when it does not say. */
  readonly trail: string | null;
  readonly file: string;
  /** Position in the file, from 0. */
  readonly index: number;
}

/** The events of one log file, counted. */
export interface LogFacts {
  readonly records: number;
  /** Newest and oldest `eventTime`, as written; null without any. */
  readonly newest: string | null;
  readonly oldest: string | null;
  /** What `recipientAccountId` and `awsRegion` say, at most a few each. */
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly trailEvents: readonly TrailEvent[];
}

const TRAIL_EVENTS = new Set([
  "CreateTrail",
  "DeleteTrail",
  "PutEventSelectors",
  "StartLogging",
  "StopLogging",
  "UpdateTrail",
]);
/** Enough to tell that a file holds events of others. */
const MAX_DISTINCT = 8;
const MAX_TRAIL_EVENTS = 1_000;

/** Reads the facts of a log file, `{"Records":[…]}`; null when it is framed in another way. */
export function readLogFacts(file: string, content: Uint8Array): LogFacts | null {
  const { members, fault } = frameJsonArray(content, ["Records"]);
  if (fault !== undefined && members.length === 0) return null;
  const accounts = new Set<string>();
  const regions = new Set<string>();
  const trailEvents: TrailEvent[] = [];
  let newest: string | null = null;
  let oldest: string | null = null;
  for (const [index, { start, end }] of members.entries()) {
    const record = parseObject(content.subarray(start, end));
    const time = textOf(record?.["eventTime"]);
    if (record === undefined || time === null) continue;
    if (newest === null || time > newest) newest = time;
    if (oldest === null || time < oldest) oldest = time;
    addText(accounts, record["recipientAccountId"]);
    addText(regions, record["awsRegion"]);
    const name = textOf(record["eventName"]) ?? "";
    if (TRAIL_EVENTS.has(name) && trailEvents.length < MAX_TRAIL_EVENTS) {
      trailEvents.push({ time, name, ...callOf(record), file, index });
    }
  }
  return { records: members.length, newest, oldest, accounts: [...accounts], regions: [...regions], trailEvents };
}

type JsonObject = Readonly<Record<string, unknown>>;

function callOf(record: JsonObject): Pick<TrailEvent, "principal" | "account" | "trail"> {
  const identity = objectOf(record["userIdentity"]);
  const parameters = objectOf(record["requestParameters"]);
  const principal = textOf(identity["arn"]) ?? textOf(identity["principalId"]) ?? textOf(identity["invokedBy"]) ?? "";
  return {
    principal,
    account: textOf(record["recipientAccountId"]) ?? textOf(identity["accountId"]) ?? "",
    trail: textOf(parameters["name"]) ?? textOf(parameters["trailName"]),
  };
}

function parseObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    return objectOf(JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")));
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null ? (value as JsonObject) : {}; // any object can be asked for members
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function addText(texts: Set<string>, value: unknown): void {
  const text = textOf(value);
  if (text !== null && texts.size < MAX_DISTINCT) texts.add(text);
}
