import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * Timelines in the form that Timesketch takes (timesketch.org, "Import timelines"), as JSON lines or CSV: `{"message":"…",
 * "datetime":"2026-10-03T09:14:22.418031+00:00","timestamp_desc":"API call recorded","tag":["…"]}`; any other column is
 * the tool's that wrote it.
 */
export const timesketch: Source = {
  name: "timesketch",
  title: "Timesketch timeline",
  shapes: [
    [
      { path: at("message"), weight: 0.2 },
      { path: at("datetime"), weight: 0.4 },
      { path: at("timestamp_desc"), weight: 0.4 },
    ],
  ],
  arrays: [],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: ["datetime", "timestamp"].map(at), formats: ["rfc3339", "utc", "epoch-us"] },
    texts: {
      principal: values("actor", "principal", "username", "user", "user_name", "account_name"),
      session: values("session", "session_id"),
      action: values("action", "event_type", "timestamp_desc"),
      service: values("service", "source_name", "source_short", "data_type"),
      resource: values("resource", "display_name", "filename", "message"),
      error: values("error"),
      address: values("src_ip", "source_ip", "ip_address", "address"),
      user_agent: values("user_agent"),
      account: values("account"),
      event_id: values("event_id", "event_identifier", "uuid"),
    },
    outcomes: [
      { path: at("outcome"), oneOf: ["denied"], outcome: "denied" },
      { path: at("outcome"), oneOf: ["failure"], outcome: "failure" },
      { path: at("outcome"), oneOf: ["success"], outcome: "success" },
    ],
  },
  own: {
    message: at("message"),
    timestampDescription: at("timestamp_desc"),
    tag: at("tag"),
    dataType: at("data_type"),
    parser: at("parser"),
    hostname: at("hostname"),
  },
  testedOn: "documentation",
};
