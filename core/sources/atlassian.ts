import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * Atlassian organisation audit log (developer.atlassian.com, "Organizations REST API", events): `{"id":"…","type":"events",
 * "attributes":{"time":"…","action":"user_added_to_group","actor":{"email":"…"},"context":[…],"location":{"ip":"…"}}}`,
 * and Jira's own audit records: `{"id":1,"summary":"User created","authorKey":"…","created":"…","category":"…"}`.
 */
export const atlassian: Source = {
  name: "atlassian",
  title: "Atlassian organisation and Jira audit logs",
  shapes: [
    [
      { path: at("attributes.action"), weight: 0.4 },
      { path: at("attributes.time"), weight: 0.3 },
      { path: at("attributes.actor"), weight: 0.3 },
    ],
    [
      { path: at("summary"), weight: 0.3 },
      { path: at("created"), weight: 0.2 },
      { path: at("category"), weight: 0.2 },
      { path: at("objectItem"), weight: 0.3 },
    ],
  ],
  arrays: [["data"], ["records"]],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: {
      from: ["attributes.time", "created"].map(at),
      // Jira writes the zone without a colon.
      formats: ["rfc3339", { pattern: "%Y-%m-%dT%H:%M:%S.%g%z" }],
    },
    texts: {
      principal: values(
        "attributes.actor.email",
        "attributes.actor.name",
        "attributes.actor.id",
        "authorKey",
        "authorAccountId",
      ),
      principal_kind: values("attributes.actor.type"),
      action: values("attributes.action", "summary"),
      service: values("attributes.container[0].type", "category"),
      resource: values(
        "attributes.context[0].attributes.email",
        "attributes.context[0].attributes.name",
        "attributes.context[0].id",
        "objectItem.name",
        "objectItem.id",
      ),
      address: values("attributes.location.ip", "remoteAddress"),
      account: values("attributes.container[0].id"),
      event_id: values("id"),
    },
    outcomes: [
      { path: at("attributes.action"), outcome: "success" },
      { path: at("summary"), outcome: "success" },
    ],
  },
  own: {
    category: at("category"),
    eventSource: at("eventSource"),
    objectType: at("objectItem.typeName"),
    changedValues: at("changedValues"),
    context: at("attributes.context"),
    country: at("attributes.location.countryName"),
  },
  testedOn: "documentation",
};
