import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * Zeek logs (docs.zeek.org, "Log files"), as JSON lines, `{"ts":1591367999.305988,"uid":"CMdz…","id.orig_h":"192.0.2.1",
 * "id.resp_h":"198.51.100.2","proto":"tcp","method":"GET","host":"…"}`, and as Zeek's own tables, whose `#fields` line
 * names the columns.
 */
export const zeek: Source = {
  name: "zeek",
  title: "Zeek logs",
  shapes: [
    [
      { path: at("ts"), weight: 0.2 },
      { path: at('"id.orig_h"'), weight: 0.5 },
      { path: at('"id.resp_h"'), weight: 0.3 },
    ],
  ],
  arrays: [],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: [at("ts")], formats: ["epoch-s", "rfc3339"] },
    texts: {
      principal: values("username", "user", "client", "cookie"),
      session: values("uid"),
      action: values("method", "query", "operation", "command", "request_type", "conn_state", "note"),
      service: values("service", "proto", "_path"),
      resource: [{ join: ["host", "uri"].map(at), with: "" }, ...values("server_name", '"id.resp_h"')],
      error: values("error_msg", "rcode_name", "status_msg", "failure_reason"),
      address: values('"id.orig_h"'),
      user_agent: values("user_agent"),
      event_id: values("fuid"),
    },
    outcomes: [
      { path: at("status_code"), oneOf: ["401", "403"], outcome: "denied" },
      { path: at("status_code"), atLeast: 400, outcome: "failure" },
      { path: at("success"), oneOf: ["false", "F"], outcome: "failure" },
      { path: at("auth_success"), oneOf: ["false", "F"], outcome: "failure" },
      { path: at("status_code"), outcome: "success" },
      { path: at("success"), oneOf: ["true", "T"], outcome: "success" },
      { path: at("auth_success"), oneOf: ["true", "T"], outcome: "success" },
    ],
  },
  own: {
    responder: at('"id.resp_h"'),
    responderPort: at('"id.resp_p"'),
    originPort: at('"id.orig_p"'),
    protocol: at("proto"),
    host: at("host"),
    uri: at("uri"),
    query: at("query"),
    originBytes: at("orig_bytes"),
    responderBytes: at("resp_bytes"),
    duration: at("duration"),
  },
  testedOn: "documentation",
};
