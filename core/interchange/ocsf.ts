import { toMillisLossy } from "../model/time.ts";
import { classOf, type EventClass } from "./event-class.ts";
import { type DatedEvent, type ExportFormat } from "./export-format.ts";
import { messageOf, provenance, stated } from "./exported-event.ts";

/** The version of the schema whose classes are written. */
const OCSF_VERSION = "1.6.0";
/** Stands in required members for which the record has nothing. */
const NOT_RECORDED = "not recorded";

const API_ACTIVITY = { category_uid: 6, class_uid: 6003 } as const;
const AUTHENTICATION = { category_uid: 3, class_uid: 3002 } as const;
/** `activity_id` of class 6003 (OCSF 1.6.0, api_activity). */
const ACTIVITY: Readonly<Record<Exclude<EventClass, "authentication">, number>> = {
  create: 1,
  read: 2,
  update: 3,
  delete: 4,
  other: 99,
};
const LOGON = 1;
const OTHER_ACTIVITY = 99;
const INFORMATIONAL = 1;

function statusOf(outcome: string | null): number {
  if (outcome === "success") return 1;
  return outcome === "failure" || outcome === "denied" ? 2 : 0;
}

function document(event: DatedEvent): object {
  const kind = classOf(event.row.action);
  return kind === "authentication" ? authentication(event) : apiActivity(event, ACTIVITY[kind]);
}

function apiActivity(event: DatedEvent, activity: number): object {
  const { row } = event;
  return {
    ...base(event, API_ACTIVITY, activity),
    actor: stated({
      user: userOf(event),
      session: row.session === null ? null : { uid: row.session },
    }),
    api: stated({
      operation: row.action ?? NOT_RECORDED,
      service: row.service === null ? null : { name: row.service },
      request: row.requestId === null ? null : { uid: row.requestId },
      response: row.error === null ? null : { error: row.error },
    }),
    src_endpoint: endpointOf(event),
    ...stated({ resources: row.resource === null ? null : [{ name: row.resource }] }),
  };
}

function authentication(event: DatedEvent): object {
  return {
    ...base(event, AUTHENTICATION, LOGON),
    user: userOf(event),
    service: { name: event.row.service ?? event.row.source },
    src_endpoint: endpointOf(event),
  };
}

function base(
  event: DatedEvent,
  ids: { readonly category_uid: number; readonly class_uid: number },
  activity: number,
): object {
  const { row } = event;
  return stated({
    ...ids,
    activity_id: activity,
    activity_name: activity === OTHER_ACTIVITY ? (row.action ?? NOT_RECORDED) : null,
    type_uid: ids.class_uid * 100 + activity,
    severity_id: INFORMATIONAL,
    status_id: statusOf(row.outcome),
    time: toMillisLossy(event.row.time),
    message: messageOf(event),
    metadata: stated({
      version: OCSF_VERSION,
      product: { name: row.source, vendor_name: "recorded source" },
      uid: row.eventId,
      original_time: row.timeRecorded,
    }),
    raw_data: event.record,
    unmapped: {
      ...provenance(event),
      exhibit: row.exhibit,
      file: row.file,
      ...stated({ account: row.account, region: row.region }),
    },
  });
}

function userOf({ row }: DatedEvent): object {
  return stated({ name: row.principal ?? NOT_RECORDED, type: row.principalKind, credential_uid: row.credential });
}

function endpointOf({ row }: DatedEvent): object {
  return row.address === null ? { name: NOT_RECORDED } : { ip: row.address };
}

/** OCSF, one event a line: class 3002 for sign-ins, 6003 for every other act. */
export const ocsf: ExportFormat = {
  name: "ocsf",
  extensions: [],
  header: "",
  line: (event) => `${JSON.stringify(document(event))}\n`,
};
