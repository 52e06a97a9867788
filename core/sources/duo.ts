import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * Duo Security (duo.com, "Admin API"): the administrator log `{"action":"admin_create","isotimestamp":"…","username":
 * "…","object":"…","description":"{…}"}` and the authentication log `{"event_type":"authentication","factor":
 * "duo_push","result":"denied","reason":"…","user":{"name":"…"},"access_device":{"ip":"…"},"txid":"…"}`.
 */
export const duo: Source = {
  name: "duo",
  title: "Duo administrator and authentication logs",
  shapes: [
    [
      { path: at("isotimestamp"), weight: 0.3 },
      { path: at("action"), weight: 0.3, pattern: /^[a-z0-9_]+$/ },
      { path: at("username"), weight: 0.2 },
      { path: at("description"), weight: 0.2 },
    ],
    [
      { path: at("factor"), weight: 0.3 },
      { path: at("result"), weight: 0.3 },
      { path: at("access_device"), weight: 0.2 },
      { path: at("event_type"), weight: 0.2 },
    ],
  ],
  arrays: [["response", "authlogs"], ["authlogs"], ["response"], []],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: ["isotimestamp", "timestamp"].map(at), formats: ["rfc3339", "utc", "epoch-s"] },
    texts: {
      principal: values("user.name", "username", "email"),
      action: values("action", "event_type"),
      service: values("application.name", "integration"),
      resource: values("object", "application.name"),
      error: values("reason"),
      address: values("access_device.ip", "ip"),
      user_agent: values("access_device.browser"),
      event_id: values("txid"),
    },
    outcomes: [
      { path: at("result"), oneOf: ["denied", "DENIED", "fraud", "FRAUD"], outcome: "denied" },
      { path: at("result"), oneOf: ["failure", "FAILURE", "error"], outcome: "failure" },
      { path: at("result"), oneOf: ["success", "SUCCESS"], outcome: "success" },
      { path: at("action"), outcome: "success" },
    ],
  },
  own: {
    description: at("description"),
    factor: at("factor"),
    reason: at("reason"),
    authDevice: at("auth_device"),
    accessDevice: at("access_device"),
    country: at("access_device.location.country"),
    groups: at("user.groups"),
  },
  testedOn: "real records",
};
