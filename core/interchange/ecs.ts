import { formatInstant } from "../model/time.ts";
import { classOf, type EventClass } from "./event-class.ts";
import { type DatedEvent, type ExportFormat } from "./export-format.ts";
import { messageOf, provenance, stated } from "./exported-event.ts";

/** The version whose field names are used; `api` as a category exists from 8.11 on. */
const ECS_VERSION = "8.17.0";

const CATEGORY: Readonly<Record<EventClass, string>> = {
  authentication: "authentication",
  create: "api",
  read: "api",
  update: "api",
  delete: "api",
  other: "api",
};
const TYPE: Readonly<Record<EventClass, string>> = {
  authentication: "start",
  create: "creation",
  read: "access",
  update: "change",
  delete: "deletion",
  other: "info",
};

function outcomeOf(outcome: string | null): string {
  if (outcome === "success") return "success";
  return outcome === "failure" || outcome === "denied" ? "failure" : "unknown";
}

function document(event: DatedEvent): object {
  const { row } = event;
  const kind = classOf(row.action);
  return stated({
    "@timestamp": formatInstant(event.row.time),
    ecs: { version: ECS_VERSION },
    message: messageOf(event),
    event: stated({
      kind: "event",
      category: [CATEGORY[kind]],
      type: [TYPE[kind]],
      outcome: outcomeOf(row.outcome),
      action: row.action,
      provider: row.service,
      dataset: row.source,
      id: row.eventId,
      hash: event.recordSha256,
      original: event.record,
    }),
    user: row.principal === null ? null : { name: row.principal },
    source: row.address === null ? null : sourceOf(row.address),
    user_agent: row.userAgent === null ? null : { original: row.userAgent },
    cloud: nonEmpty({ account: row.account === null ? null : { id: row.account }, region: row.region }),
    error: row.error === null ? null : { code: row.error },
    related: nonEmpty({
      user: row.principal === null ? null : [row.principal],
      ip: row.address !== null && isAddress(row.address) ? [row.address] : null,
    }),
    assay: { ...provenance(event), ...stated({ resource: row.resource, exhibit: row.exhibit, file: row.file }) },
  });
}

/** `source.ip` is of type ip and refuses anything else; `source.address` takes what the record says. */
function sourceOf(address: string): object {
  return isAddress(address) ? { address, ip: address } : { address };
}

function isAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) || /^[0-9a-f:]*:[0-9a-f:.]*$/i.test(text);
}

function nonEmpty(members: Readonly<Record<string, string | object | null>>): object | null {
  const found = stated(members);
  return Object.keys(found).length === 0 ? null : found;
}

/** Elastic Common Schema, one document a line: `@timestamp` and `ecs.version` on every row. */
export const ecs: ExportFormat = {
  name: "ecs",
  extensions: [],
  header: "",
  line: (event) => `${JSON.stringify(document(event))}\n`,
};
