import { at, values } from "./field-path.ts";
import { type Mapping } from "./source.ts";

/** The members that many logs name alike, for logs of which nothing else is known. */
export const genericMapping: Mapping = {
  time: {
    from: [
      "time",
      "timestamp",
      "@timestamp",
      "datetime",
      "ts",
      "eventTime",
      "event_time",
      "created_at",
      "createdAt",
      "CreationTime",
      "date",
    ].map(at),
    formats: ["rfc3339", "utc", "epoch-ns", "epoch-us", "epoch-ms", "epoch-s"],
  },
  texts: {
    principal: values(
      "actor.name",
      "actor.email",
      "actor.id",
      "actor",
      "user.name",
      "user.email",
      "user.id",
      "user",
      "username",
      "user_name",
      "principal",
    ),
    session: values("session_id", "sessionId"),
    action: values("action", "event", "eventName", "event_name", "operation", "method", "type"),
    service: values("service", "source", "app"),
    resource: values("resource", "target", "object", "path", "url"),
    error: values("error"),
    address: values("ip", "ip_address", "sourceIPAddress", "src_ip", "remote_addr", "client_ip", "address"),
    user_agent: values("user_agent", "userAgent"),
    account: values("account", "account_id", "org"),
    region: values("region"),
    request_id: values("request_id", "requestId"),
    event_id: values("id", "uuid", "event_id"),
  },
  outcomes: [
    { path: at("outcome"), oneOf: ["denied", "DENIED", "deny"], outcome: "denied" },
    { path: at("outcome"), oneOf: ["failure", "FAILURE", "failed", "error"], outcome: "failure" },
    { path: at("outcome"), oneOf: ["success", "SUCCESS", "allow", "ok"], outcome: "success" },
  ],
};
