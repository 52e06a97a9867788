import { at } from "./field-path.ts";
import { type FieldPath, type Source, type ValueRule } from "./source.ts";

/** The paths of an audit event: as the interface lists it, and inside a streamed record. */
function both(...texts: readonly string[]): readonly FieldPath[] {
  return [...texts.map((text) => `event.${text}`), ...texts].map(at);
}
const bothValues = (...texts: readonly string[]): readonly ValueRule[] => both(...texts).map((path) => ({ path }));

/**
 * Tailscale configuration audit log (tailscale.com, "Configuration audit logging"): streamed as `{"time":"…","event":
 * {"action":"CREATE","actor":{"loginName":"…"},"origin":"ADMIN_CONSOLE","target":{"name":"…","type":"NODE"}},"fields":
 * {"recorded":"…"}}`; the interface lists the events themselves, with `eventTime`.
 */
export const tailscale: Source = {
  name: "tailscale",
  title: "Tailscale configuration audit log",
  shapes: [
    [
      { path: at("event.origin"), weight: 0.3 },
      { path: at("event.target"), weight: 0.3 },
      { path: at("event.actor"), weight: 0.2 },
      { path: at("event.action"), weight: 0.2 },
    ],
    [
      { path: at("eventGroupID"), weight: 0.3 },
      { path: at("origin"), weight: 0.3 },
      { path: at("target"), weight: 0.2 },
      { path: at("actor"), weight: 0.2 },
    ],
  ],
  arrays: [["logs"], []],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: [at("time"), ...both("eventTime")], formats: ["rfc3339", "utc", "epoch-s"] },
    recordedAt: { from: [at("fields.recorded"), at("deferredAt")], formats: ["rfc3339", "utc"] },
    texts: {
      principal: bothValues("actor.loginName", "actor.displayName", "actor.id"),
      principal_kind: bothValues("actor.type"),
      action: bothValues("action"),
      service: bothValues("target.type"),
      resource: bothValues("target.name", "target.id"),
      error: bothValues("error"),
      request_id: bothValues("eventGroupID"),
    },
    outcomes: [
      ...both("error").map((path) => ({ path, outcome: "failure" }) as const),
      ...both("action").map((path) => ({ path, outcome: "success" }) as const),
    ],
  },
  own: {
    origin: at("event.origin"),
    property: at("event.target.property"),
    old: at("event.old"),
    new: at("event.new"),
    details: at("event.actionDetails"),
  },
  testedOn: "real records",
};
