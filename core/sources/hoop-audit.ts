import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * Administrative audit log of a hoop.dev gateway: `{"id":"…","org_id":"…","actor_email":"a@example.com","created_at":"…",
 * "resource_type":"connections","action":"create","http_method":"POST","http_status":201,"client_ip":"192.0.2.1",
 * "outcome":true}`. The interface lists at most 100 records a page, newest first.
 */
export const hoopAudit: Source = {
  name: "hoop-audit",
  title: "hoop.dev administrative audit log",
  shapes: [
    [
      { path: at("actor_subject"), weight: 0.25 },
      { path: at("resource_type"), weight: 0.25 },
      { path: at("http_method"), weight: 0.2 },
      { path: at("action"), weight: 0.15 },
      { path: at("org_id"), weight: 0.15 },
    ],
  ],
  arrays: [["data"], ["items"], []],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: [at("created_at")], formats: ["rfc3339", "utc"] },
    texts: {
      principal: values("actor_email", "actor_name", "actor_subject"),
      action: [{ join: ["resource_type", "action"].map(at), with: "." }],
      service: values("resource_type"),
      resource: values("http_path", "resource_type"),
      error: values("error_message"),
      address: values("client_ip"),
      account: values("org_id"),
      event_id: values("id"),
    },
    outcomes: [
      { path: at("http_status"), oneOf: ["401", "403"], outcome: "denied" },
      { path: at("outcome"), oneOf: ["false"], outcome: "failure" },
      { path: at("http_status"), atLeast: 400, outcome: "failure" },
      { path: at("outcome"), oneOf: ["true"], outcome: "success" },
    ],
  },
  own: {
    subject: at("actor_subject"),
    method: at("http_method"),
    status: at("http_status"),
    path: at("http_path"),
    payload: at("request_payload_redacted"),
  },
  testedOn: "documentation",
};
