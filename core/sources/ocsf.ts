import { at, values } from "./field-path.ts";
import { type Source, type ValueRule } from "./source.ts";

/** The user of a sign-in is who acts; the user of any other class is whom something is done to. */
function ofSignIn(...texts: readonly string[]): readonly ValueRule[] {
  return texts.map((text) => ({ path: at(text), when: { path: at("class_uid"), oneOf: ["3002"] } }));
}

/**
 * OCSF events (schema.ocsf.io), the record schema of Assay's own logs: `{"class_uid":6003,"time":1767323045000,
 * "actor":{"user":{"name":"alice"}},"api":{"operation":"invoices.export"},"status_id":1,"metadata":{"uid":"…"}}`. API
 * Activity 6003, Authentication 3002, Account Change 3001, Entity Management 3004, and what they share with every class.
 */
export const ocsf: Source = {
  name: "ocsf",
  title: "OCSF 1.x",
  shapes: [
    [
      { path: at("class_uid"), weight: 0.4, pattern: /^(0|\d{4,9})$/ },
      { path: at("time"), weight: 0.2 },
      { path: at("activity_id"), weight: 0.15, pattern: /^\d+$/ },
      { path: at("category_uid"), weight: 0.15, pattern: /^\d+$/ },
      { path: at("metadata"), weight: 0.1 },
    ],
  ],
  arrays: [],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: [at("time"), at("time_dt")], formats: ["epoch-ms", "rfc3339"] },
    recordedAt: {
      from: [at("metadata.logged_time"), at("metadata.logged_time_dt")],
      formats: ["epoch-ms", "rfc3339"],
    },
    texts: {
      principal: [
        ...values("actor.user.name", "actor.user.email_addr", "actor.user.uid"),
        ...ofSignIn("user.name", "user.email_addr", "user.uid"),
        ...values("actor.app_name", "actor.invoked_by"),
      ],
      principal_kind: [...values("actor.user.type"), ...ofSignIn("user.type")],
      credential: [
        ...values("actor.user.credential_uid"),
        ...ofSignIn("user.credential_uid"),
        ...values("actor.session.credential_uid"),
      ],
      session: values("actor.session.uid", "session.uid"),
      action: values("api.operation", "activity_name", "type_name"),
      service: values("api.service.name", "service.name", "metadata.product.name"),
      resource: values(
        "resources[0].uid",
        "resources[0].name",
        "entity.name",
        "entity.uid",
        "user.name",
        "http_request.url.path",
      ),
      error: values("status_detail", "api.response.error", "status_code"),
      address: values("src_endpoint.ip", "src_endpoint.hostname"),
      user_agent: values("http_request.user_agent"),
      account: values("cloud.account.uid", "cloud.account.name"),
      region: values("cloud.region"),
      request_id: values("api.request.uid", "http_request.uid"),
      event_id: values("metadata.uid"),
      request_digest: values("unmapped.request_sha256"),
      response_digest: values("unmapped.response_sha256"),
    },
    outcomes: [
      { path: at("status_code"), oneOf: ["401", "403", "AccessDenied"], outcome: "denied" },
      { path: at("api.response.code"), oneOf: ["401", "403"], outcome: "denied" },
      { path: at("action_id"), oneOf: ["2"], outcome: "denied" },
      { path: at("status_id"), oneOf: ["2"], outcome: "failure" },
      { path: at("status"), oneOf: ["Failure", "failure"], outcome: "failure" },
      { path: at("status_id"), oneOf: ["1"], outcome: "success" },
      { path: at("status"), oneOf: ["Success", "success"], outcome: "success" },
    ],
  },
  own: {
    class: at("class_uid"),
    activity: at("activity_id"),
    type: at("type_uid"),
    severity: at("severity_id"),
    message: at("message"),
    product: at("metadata.product.name"),
    isMfa: at("is_mfa"),
    isRemote: at("is_remote"),
    authProtocol: at("auth_protocol"),
    entityType: at("entity.type"),
    comment: at("comment"),
    responseCode: at("api.response.code"),
    unmapped: at("unmapped"),
  },
  testedOn: "documentation",
};
