import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * Slack audit logs (api.slack.com, "Audit Logs API"): `{"id":"…","date_create":1521214343,"action":"user_login",
 * "actor":{"type":"user","user":{"id":"W1","email":"…"}},"entity":{…},"context":{"ua":"…","ip_address":"…"}}`.
 */
export const slack: Source = {
  name: "slack",
  title: "Slack audit logs",
  shapes: [
    [
      { path: at("actor.user.id"), weight: 0.3 },
      { path: at("context.location"), weight: 0.3 },
      { path: at("action"), weight: 0.2, pattern: /^[a-z0-9_.]+$/ },
      { path: at("context.ip_address"), weight: 0.2 },
    ],
    [
      { path: at("date_create"), weight: 0.4 },
      { path: at("action"), weight: 0.3, pattern: /^[a-z0-9_.]+$/ },
      { path: at("actor.type"), weight: 0.15 },
      { path: at("entity.type"), weight: 0.15 },
    ],
  ],
  arrays: [["entries"], []],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: [at("date_create")], formats: ["epoch-s", "rfc3339", "utc"] },
    texts: {
      principal: values("actor.user.email", "actor.user.name", "actor.user.id"),
      principal_kind: values("actor.type"),
      session: values("context.session_id"),
      action: values("action"),
      service: [{ constant: "slack" }],
      resource: values(
        "entity.user.email",
        "entity.user.id",
        "entity.app.name",
        "entity.file.name",
        "entity.channel.name",
        "entity.channel.id",
        "entity.workspace.name",
        "entity.enterprise.name",
        "entity.type",
      ),
      address: values("context.ip_address"),
      user_agent: values("context.ua"),
      account: values("context.location.id", "context.location.domain"),
      event_id: values("id"),
    },
    outcomes: [
      { path: at("action"), oneOf: ["user_login_failed"], outcome: "failure" },
      { path: at("action"), outcome: "success" },
    ],
  },
  own: {
    entityType: at("entity.type"),
    entity: at("entity"),
    details: at("details"),
    workspace: at("context.location.name"),
    scopes: at("details.new_scopes"),
  },
  testedOn: "real records",
};
