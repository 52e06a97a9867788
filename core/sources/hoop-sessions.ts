import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * Sessions of a hoop.dev gateway, as its interface exports them: `{"id":"…","org_id":"…","user":"a@example.com","verb":
 * "exec","connection":"prod-db","type":"database","status":"done","exit_code":0,"start_date":"…","end_date":"…"}`.
 * The records carry no chain and no signature: what can be proved is that they are unchanged since they were received.
 */
export const hoopSessions: Source = {
  name: "hoop-sessions",
  title: "hoop.dev sessions",
  shapes: [
    [
      { path: at("verb"), weight: 0.25, pattern: /^(connect|exec)$/ },
      { path: at("connection"), weight: 0.25 },
      { path: at("start_date"), weight: 0.25 },
      { path: at("org_id"), weight: 0.25 },
    ],
  ],
  arrays: [["data"], ["items"], []],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: [at("start_date")], formats: ["rfc3339", "utc"] },
    texts: {
      principal: values("user", "user_name", "user_id"),
      principal_kind: values("identity_type"),
      session: values("id"),
      action: values("verb"),
      service: values("connection_subtype", "type"),
      resource: values("connection"),
      error: values("exit_code"),
      account: values("org_id"),
      request_id: values("correlation_id", "session_batch_id"),
      event_id: values("id"),
    },
    outcomes: [
      { path: at("exit_code"), noneOf: ["0"], outcome: "failure" },
      { path: at("exit_code"), oneOf: ["0"], outcome: "success" },
    ],
  },
  own: {
    status: at("status"),
    role: at("role_name"),
    ended: at("end_date"),
    script: at("script"),
    eventSize: at("event_size"),
    tags: at("connection_tags"),
    review: at("review"),
    analysis: at("ai_analysis"),
    guardrails: at("guardrails_info"),
  },
  testedOn: "documentation",
};
