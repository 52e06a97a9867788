import { z } from "zod";

import { type ExportedEvent } from "./exported-event.ts";

/** What a record that is OCSF itself says of its class: copied, where a class of act would else be read off a name. */
export interface OcsfOrigin {
  readonly classUid: OcsfClass;
  readonly activityId: number;
  /** Whom or what the act was done to, as the record has it: `user` of an account change, `entity` of a managed entity. */
  readonly user: Readonly<Record<string, unknown>> | undefined;
  readonly entity: Readonly<Record<string, unknown>> | undefined;
}

/** Account Change, Authentication, Entity Management, API Activity. */
export type OcsfClass = 3001 | 3002 | 3004 | 6003;

/** The highest `activity_id` of each class in OCSF 1.6.0; 99 is any other act. */
const LAST_ACTIVITY: Readonly<Record<OcsfClass, number>> = { 3001: 12, 3002: 7, 3004: 13, 6003: 4 };
export const OTHER_ACTIVITY = 99;

const target = z.record(z.string(), z.unknown()).optional().catch(undefined);
const shape = z.object({
  class_uid: z.literal([3001, 3002, 3004, 6003]),
  activity_id: z.number().int().min(0).catch(OTHER_ACTIVITY),
  user: target,
  entity: target,
});

/** The class of a record that came as OCSF; undefined for records of other sources and of classes that are not written. */
export function ocsfOrigin({ row, record }: ExportedEvent): OcsfOrigin | undefined {
  const stated = row.source === "ocsf" ? shape.safeParse(jsonOf(record)).data : undefined;
  if (stated === undefined) return undefined;
  const { class_uid: classUid, activity_id: activity, user, entity } = stated;
  const activityId = activity <= LAST_ACTIVITY[classUid] ? activity : OTHER_ACTIVITY;
  return { classUid, activityId, user, entity };
}

function jsonOf(record: string): unknown {
  try {
    return JSON.parse(record);
  } catch {
    return undefined;
  }
}
