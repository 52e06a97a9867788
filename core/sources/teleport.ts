import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * Teleport audit events (goteleport.com, "Audit Events and Records"): `{"ei":0,"event":"user.login","uid":"…","code":
 * "T1000I","time":"2020-08-13T18:39:42Z","user":"alice","success":true,"method":"local"}`.
 */
export const teleport: Source = {
  name: "teleport",
  title: "Teleport audit events",
  shapes: [
    [
      { path: at("code"), weight: 0.4, pattern: /^[A-Z]{1,4}\d{3,4}[A-Z]$/ },
      { path: at("event"), weight: 0.3 },
      { path: at("uid"), weight: 0.2 },
      { path: at("time"), weight: 0.1 },
    ],
  ],
  arrays: [[]],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: [at("time")], formats: ["rfc3339", "utc"] },
    texts: {
      principal: values("user", "identity.user", "updated_by", "login"),
      principal_kind: values("user_kind"),
      session: values("sid"),
      action: values("event"),
      service: values("cluster_name", "identity.teleport_cluster"),
      resource: values("server_hostname", "server_id", "kubernetes_cluster", "db_service", "app_name", "name", "path"),
      error: values("error", "message"),
      address: values('"addr.remote"', "addr.remote"),
      user_agent: values("user_agent"),
      account: values("namespace"),
      event_id: values("uid"),
    },
    outcomes: [
      { path: at("success"), oneOf: ["false"], outcome: "failure" },
      { path: at("error"), outcome: "failure" },
      { path: at("return_code"), noneOf: ["0"], outcome: "failure" },
      { path: at("event"), outcome: "success" },
    ],
  },
  own: {
    code: at("code"),
    certificateType: at("cert_type"),
    login: at("login"),
    method: at("method"),
    program: at("program"),
    path: at("path"),
    arguments: at("argv"),
    returnCode: at("return_code"),
    roles: at("identity.roles"),
    impersonator: at("identity.impersonator"),
    attributes: at("attributes"),
  },
  testedOn: "real records",
};
