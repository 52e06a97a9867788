import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * Zendesk audit logs (developer.zendesk.com, "Audit Logs"): `{"id":1,"created_at":"2021-05-28T18:39:50Z","action":
 * "update","action_label":"Updated","actor_id":1,"source_type":"account_setting","source_label":"…",
 * "change_description":"Disabled","ip_address":"127.0.0.1"}`.
 */
export const zendesk: Source = {
  name: "zendesk",
  title: "Zendesk audit logs",
  shapes: [
    [
      { path: at("action_label"), weight: 0.25 },
      { path: at("source_type"), weight: 0.25 },
      { path: at("source_label"), weight: 0.25 },
      { path: at("change_description"), weight: 0.25 },
    ],
  ],
  arrays: [["audit_logs"]],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: [at("created_at")], formats: ["rfc3339", "utc"] },
    texts: {
      principal: values("actor_name", "actor_id"),
      action: values("action", "action_label"),
      service: values("source_type"),
      resource: values("source_label", "source_id"),
      address: values("ip_address"),
      event_id: values("id"),
    },
    outcomes: [{ path: at("action"), outcome: "success" }],
  },
  own: { change: at("change_description"), sourceType: at("source_type"), url: at("url") },
  testedOn: "real records",
};
