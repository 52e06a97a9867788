import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * Audit log file of Bitbucket Data Center (confluence.atlassian.com, "audit log integrations in Bitbucket"):
 * `{"timestamp":{"epochSecond":1585000000,"nano":0},"auditType":{"area":"…","category":"Users and groups","action":
 * "User created","level":"BASE"},"author":{"name":"admin"},"affectedObjects":[{"name":"…"}],"source":"192.0.2.1"}`.
 */
export const bitbucket: Source = {
  name: "bitbucket",
  title: "Bitbucket Data Center audit log",
  shapes: [
    [
      { path: at("auditType.action"), weight: 0.4 },
      { path: at("auditType.category"), weight: 0.3 },
      { path: at("author"), weight: 0.15 },
      { path: at("timestamp"), weight: 0.15 },
    ],
    [
      { path: at("type.action"), weight: 0.4 },
      { path: at("type.category"), weight: 0.3 },
      { path: at("author"), weight: 0.15 },
      { path: at("timestamp"), weight: 0.15 },
    ],
  ],
  arrays: [["entities"], ["values"]],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: ["timestamp.epochSecond", "timestamp"].map(at), formats: ["epoch-s", "epoch-ms", "rfc3339"] },
    texts: {
      principal: values("author.name", "author.id"),
      principal_kind: values("author.type"),
      action: values("auditType.action", "type.action"),
      service: values("auditType.category", "type.category"),
      resource: values("affectedObjects[0].name", "affectedObjects[0].id"),
      address: values("source"),
      account: values("system"),
      region: values("node"),
    },
    outcomes: [
      { path: at("auditType.action"), outcome: "success" },
      { path: at("type.action"), outcome: "success" },
    ],
  },
  own: {
    category: at("auditType.category"),
    area: at("auditType.area"),
    level: at("auditType.level"),
    method: at("method"),
    affectedObjects: at("affectedObjects"),
    changedValues: at("changedValues"),
    extraAttributes: at("extraAttributes"),
  },
  testedOn: "documentation",
};
