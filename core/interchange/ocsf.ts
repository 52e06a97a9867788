import { toMillisLossy } from "../model/time.ts";
import { classOf, type EventClass } from "./event-class.ts";
import { type DatedEvent, type ExportFormat } from "./export-format.ts";
import { messageOf, provenance, stated } from "./exported-event.ts";
import { type OcsfClass, type OcsfOrigin, ocsfOrigin, OTHER_ACTIVITY } from "./ocsf-origin.ts";

/** The version of the schema whose classes are written. */
const OCSF_VERSION = "1.6.0";
/** Stands in required members for which the record has nothing. */
const NOT_RECORDED = "not recorded";

/** `activity_id` of class 6003 (OCSF 1.6.0, api_activity). */
const ACTIVITY: Readonly<Record<Exclude<EventClass, "authentication">, number>> = {
  create: 1,
  read: 2,
  update: 3,
  delete: 4,
  other: 99,
};
const LOGON = 1;
const INFORMATIONAL = 1;

function statusOf(outcome: string | null): number {
  if (outcome === "success") return 1;
  return outcome === "failure" || outcome === "denied" ? 2 : 0;
}

function document(event: DatedEvent): object {
  const origin = ocsfOrigin(event) ?? readingOf(event);
  const { classUid, activityId, user, entity } = origin;
  const common = base(event, classUid, activityId);
  switch (classUid) {
    case 3001:
      return { ...common, actor: actorOf(event), user: named(event, user), src_endpoint: endpointOf(event) };
    case 3002:
      return { ...common, ...authentication(event) };
    case 3004:
      return { ...common, actor: actorOf(event), entity: named(event, entity), src_endpoint: endpointOf(event) };
    case 6003:
      return { ...common, actor: actorOf(event), ...apiActivity(event) };
  }
}

/** What the name of an act tells, where the record has no class of its own. */
function readingOf({ row }: DatedEvent): OcsfOrigin {
  const kind = classOf(row.action);
  const [classUid, activityId] =
    kind === "authentication" ? ([3002, LOGON] as const) : ([6003, ACTIVITY[kind]] as const);
  return { classUid, activityId, user: undefined, entity: undefined };
}

/** A target as its record has it, under a name where it has neither name nor identifier: classes require one. */
function named({ row }: DatedEvent, target: OcsfOrigin["user"] = {}): object {
  const isNamed = typeof target["name"] === "string" || typeof target["uid"] === "string";
  return isNamed ? target : { ...target, name: row.resource ?? NOT_RECORDED };
}

function actorOf(event: DatedEvent): object {
  const { session } = event.row;
  return stated({ user: userOf(event), session: session === null ? null : { uid: session } });
}

function apiActivity(event: DatedEvent): object {
  const { row } = event;
  return {
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
    user: userOf(event),
    service: { name: event.row.service ?? event.row.source },
    src_endpoint: endpointOf(event),
  };
}

function base(event: DatedEvent, classUid: OcsfClass, activity: number): object {
  const { row } = event;
  return stated({
    category_uid: Math.trunc(classUid / 1_000),
    class_uid: classUid,
    activity_id: activity,
    activity_name: activity === OTHER_ACTIVITY ? (row.action ?? NOT_RECORDED) : null,
    type_uid: classUid * 100 + activity,
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

/** OCSF, one event a line: the class of records that came as OCSF; of others 3002 for sign-ins, 6003 for every other act. */
export const ocsf: ExportFormat = {
  name: "ocsf",
  extensions: [],
  header: "",
  line: (event) => `${JSON.stringify(document(event))}\n`,
};
