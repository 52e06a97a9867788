import { type Source } from "./source.ts";

/**
 * OCSF events (schema.ocsf.io), the record schema of Assay's own logs: `{"class_uid":6003,"time":1767323045000,
 * "actor":{"user":{"name":"alice"}},"api":{"operation":"invoices.export"},"status_id":1,"metadata":{"uid":"…"}}`. API
 * Activity 6003, Authentication 3002, Account Change 3001, Entity Management 3004, and what they share with every class.
 */
export const ocsf: Source = {
  name: "ocsf",
  title: "OCSF",
  marks: [
    { path: ["class_uid"], weight: 0.4, pattern: /^\d{4,9}$/ },
    { path: ["time"], weight: 0.2 },
    { path: ["activity_id"], weight: 0.15, pattern: /^\d+$/ },
    { path: ["category_uid"], weight: 0.15, pattern: /^\d+$/ },
    { path: ["metadata"], weight: 0.1 },
  ],
  arrays: [],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: [["time"], ["time_dt"]], formats: ["epoch-ms", "rfc3339"] },
    recordedAt: {
      from: [
        ["metadata", "logged_time"],
        ["metadata", "logged_time_dt"],
      ],
      formats: ["epoch-ms", "rfc3339"],
    },
    texts: {
      principal: [
        { path: ["actor", "user", "name"] },
        { path: ["actor", "user", "email_addr"] },
        { path: ["actor", "user", "uid"] },
        { path: ["user", "name"] },
        { path: ["user", "email_addr"] },
        { path: ["user", "uid"] },
        { path: ["actor", "app_name"] },
        { path: ["actor", "invoked_by"] },
      ],
      principal_kind: [{ path: ["actor", "user", "type"] }, { path: ["user", "type"] }],
      credential: [
        { path: ["actor", "user", "credential_uid"] },
        { path: ["user", "credential_uid"] },
        { path: ["actor", "session", "credential_uid"] },
      ],
      session: [{ path: ["actor", "session", "uid"] }, { path: ["session", "uid"] }],
      action: [{ path: ["api", "operation"] }, { path: ["activity_name"] }, { path: ["type_name"] }],
      service: [
        { path: ["api", "service", "name"] },
        { path: ["service", "name"] },
        { path: ["metadata", "product", "name"] },
      ],
      resource: [
        { path: ["resources", 0, "uid"] },
        { path: ["resources", 0, "name"] },
        { path: ["entity", "name"] },
        { path: ["entity", "uid"] },
        { path: ["user", "name"] },
        { path: ["http_request", "url", "path"] },
      ],
      error: [{ path: ["status_detail"] }, { path: ["api", "response", "error"] }, { path: ["status_code"] }],
      address: [{ path: ["src_endpoint", "ip"] }, { path: ["src_endpoint", "hostname"] }],
      user_agent: [{ path: ["http_request", "user_agent"] }],
      account: [{ path: ["cloud", "account", "uid"] }, { path: ["cloud", "account", "name"] }],
      region: [{ path: ["cloud", "region"] }],
      request_id: [{ path: ["api", "request", "uid"] }, { path: ["http_request", "uid"] }],
      event_id: [{ path: ["metadata", "uid"] }],
      request_digest: [{ path: ["unmapped", "request_sha256"] }],
      response_digest: [{ path: ["unmapped", "response_sha256"] }],
    },
    outcomes: [
      { path: ["status_code"], oneOf: ["401", "403", "AccessDenied"], outcome: "denied" },
      { path: ["api", "response", "code"], oneOf: ["401", "403"], outcome: "denied" },
      { path: ["action_id"], oneOf: ["2"], outcome: "denied" },
      { path: ["status_id"], oneOf: ["2"], outcome: "failure" },
      { path: ["status"], oneOf: ["Failure", "failure"], outcome: "failure" },
      { path: ["status_id"], oneOf: ["1"], outcome: "success" },
      { path: ["status"], oneOf: ["Success", "success"], outcome: "success" },
    ],
  },
};
