/** How a field's values compare: equal texts, moments, whole numbers, or a word of the verdict vocabulary. */
export type FieldKind = "text" | "time" | "number" | "verdict";

/** One field of the query language (docs/query-language.md). */
export interface QueryField {
  /** The name a person types, which is also the key of the field in exported rows. */
  readonly name: string;
  /** Column of the view `timeline_event`. Our own constant: it is the only text that is ever spliced into SQL. */
  readonly column: string;
  readonly label: string;
  readonly kind: FieldKind;
  /** Shown with counts beside the grid. */
  readonly facet: boolean;
  /** Searched by words without a field. */
  readonly freeText: boolean;
}

const text = (name: string, column: string, label: string, shown: "facet" | "plain"): QueryField => ({
  name,
  column,
  label,
  kind: "text",
  facet: shown === "facet",
  freeText: true,
});

/** Every field a query may name, in the order in which lists show them. A new one is a line here. */
export const QUERY_FIELDS: readonly QueryField[] = [
  { name: "verdict", column: "verdict", label: "Proof", kind: "verdict", facet: true, freeText: false },
  { name: "source", column: "source", label: "Source", kind: "text", facet: true, freeText: false },
  text("principal", "principal", "Principal", "facet"),
  text("action", "action", "Action", "facet"),
  { name: "outcome", column: "outcome", label: "Outcome", kind: "text", facet: true, freeText: false },
  text("address", "address", "Address", "facet"),
  text("service", "service", "Service", "facet"),
  text("resource", "resource", "Resource", "plain"),
  text("error", "error", "Error", "facet"),
  text("principalKind", "principal_kind", "Principal kind", "plain"),
  text("credential", "credential", "Credential", "facet"),
  text("session", "session", "Session", "plain"),
  text("userAgent", "user_agent", "User agent", "facet"),
  text("account", "account", "Account", "facet"),
  text("region", "region", "Region", "facet"),
  text("requestId", "request_id", "Request id", "plain"),
  text("eventId", "event_id", "Event id", "plain"),
  { name: "exhibit", column: "exhibit_label", label: "Exhibit", kind: "text", facet: true, freeText: false },
  { name: "file", column: "file_path", label: "File", kind: "text", facet: false, freeText: false },
  { name: "kind", column: "kind", label: "Kind of record", kind: "text", facet: false, freeText: false },
  { name: "time", column: "time", label: "Recorded time", kind: "time", facet: false, freeText: false },
  {
    name: "timeRecorded",
    column: "time_recorded",
    label: "Time as recorded",
    kind: "text",
    facet: false,
    freeText: false,
  },
  { name: "seq", column: "seq", label: "Position", kind: "number", facet: false, freeText: false },
];

const BY_NAME = new Map(QUERY_FIELDS.map((field) => [field.name.toLowerCase(), field]));

/** The field of that name, whatever its case; undefined when there is none. */
export function fieldNamed(name: string): QueryField | undefined {
  return BY_NAME.get(name.toLowerCase());
}
