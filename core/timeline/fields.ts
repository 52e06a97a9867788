import { createHash } from "node:crypto";

import { formatFieldPath, parseFieldPath } from "../sources/field-path.ts";
import { type FieldPath } from "../sources/source.ts";

/** How a field's values compare: equal texts, moments, whole numbers, or a word of a vocabulary. */
type FieldKind = "text" | "time" | "number" | "verdict" | "mark";

/** One field of the query language (docs/query-language.md). */
export interface QueryField {
  /** The name a person types, which is also the key of the field in exported rows. */
  readonly name: string;
  /**
   * Column of the view `timeline_event`, or of the view that `related` names. Our own constant: these names are the only
   * text that is ever spliced into SQL.
   */
  readonly column: string;
  /** A view of `seq` and `value` that says what is known of events besides their record, with any number of values each. */
  readonly related: string | null;
  readonly label: string;
  readonly kind: FieldKind;
  /** Shown with counts beside the grid. */
  readonly facet: boolean;
  /** Searched by words without a field. */
  readonly freeText: boolean;
  /** Only the view has it, which joins verdicts, exhibits and files to the events. */
  readonly resolved: boolean;
  /** Of a member of the records that no column holds, where it lies in them. */
  readonly path: FieldPath | null;
}

type Trait = "facet" | "freeText" | "resolved";

function field(name: string, column: string, label: string, kind: FieldKind, ...traits: readonly Trait[]): QueryField {
  const has = (trait: Trait): boolean => traits.includes(trait);
  return {
    name,
    column,
    related: null,
    label,
    kind,
    facet: has("facet"),
    freeText: has("freeText"),
    resolved: has("resolved"),
    path: null,
  };
}

/** A field whose values are in a view of their own. */
function related(name: string, view: string, label: string, kind: "text" | "mark", ...traits: Trait[]): QueryField {
  return { ...field(name, "value", label, kind, ...traits), related: view };
}

/** Every field a query may name, in the order in which lists show them. A new one is a line here. */
export const QUERY_FIELDS: readonly QueryField[] = [
  field("verdict", "verdict", "Proof", "verdict", "facet", "resolved"),
  related("triage", "event_mark", "Triage", "mark", "facet"),
  related("tag", "event_tag", "Tag", "text", "facet"),
  related("activity", "event_activity_name", "Activity", "text"),
  related("flag", "event_flag", "Flag", "text"),
  related("comment", "event_comment", "Comment", "text"),
  related("identity", "event_identity", "Identity", "text"),
  related("reach", "event_reach", "Reached from", "text"),
  related("evidence", "event_evidence", "Evidence of a link", "text"),
  field("source", "source", "Source", "text", "facet"),
  field("principal", "principal", "Principal", "text", "facet", "freeText"),
  field("action", "action", "Action", "text", "facet", "freeText"),
  field("outcome", "outcome", "Outcome", "text", "facet"),
  field("address", "address", "Address", "text", "facet", "freeText"),
  field("service", "service", "Service", "text", "facet", "freeText"),
  field("resource", "resource", "Resource", "text", "freeText"),
  field("error", "error", "Error", "text", "facet", "freeText"),
  field("principalKind", "principal_kind", "Principal kind", "text", "freeText"),
  field("credential", "credential", "Credential", "text", "facet", "freeText"),
  field("session", "session", "Session", "text", "freeText"),
  field("userAgent", "user_agent", "User agent", "text", "facet", "freeText"),
  field("account", "account", "Account", "text", "facet", "freeText"),
  field("region", "region", "Region", "text", "facet", "freeText"),
  field("requestId", "request_id", "Request id", "text", "freeText"),
  field("eventId", "event_id", "Event id", "text", "freeText"),
  field("exhibit", "exhibit_label", "Exhibit", "text", "facet", "resolved"),
  field("file", "file_path", "File", "text", "resolved"),
  field("kind", "kind", "Kind of record", "text"),
  field("time", "time", "Recorded time", "time"),
  field("timeRecorded", "time_recorded", "Time as recorded", "text"),
  field("seq", "seq", "Position", "number"),
];

const BY_NAME = new Map(QUERY_FIELDS.map((item) => [item.name.toLowerCase(), item]));

/** The field of that name, whatever its case, or the member of the records; undefined when there is none. */
export function fieldNamed(name: string): QueryField | undefined {
  return BY_NAME.get(name.toLowerCase()) ?? recordMember(name);
}

const RECORD_PREFIX = "record.";

/** `record.requestParameters.bucketName`: a text in the records themselves, by the path at which it lies. */
function recordMember(name: string): QueryField | undefined {
  if (!name.toLowerCase().startsWith(RECORD_PREFIX)) return undefined;
  const path = parseFieldPath(name.slice(RECORD_PREFIX.length));
  if (!path) return undefined;
  const text = formatFieldPath(path);
  const view = `record_${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
  return { ...related(`${RECORD_PREFIX}${text}`, view, text, "text"), path };
}
