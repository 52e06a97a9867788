import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/** Names of the types as OneLogin's "Get Event Types" gives them; a type that is not here keeps its number. */
const EVENT_TYPES = {
  "1": "APP_ADDED_TO_ROLE",
  "2": "APP_REMOVED_FROM_ROLE",
  "3": "USER_ASSUMED_USER",
  "4": "USER_ASSIGNED_ROLE",
  "5": "USER_LOGGED_INTO_ONELOGIN",
};

/**
 * OneLogin events (developers.onelogin.com, "Event Resource and Types"): `{"id":1,"created_at":"…","event_type_id":5,
 * "actor_user_name":"…","user_id":1,"user_name":"…","ipaddr":"…","app_name":"…"}`.
 */
export const onelogin: Source = {
  name: "onelogin",
  title: "OneLogin events",
  shapes: [
    [
      { path: at("event_type_id"), weight: 0.6, pattern: /^\d+$/ },
      { path: at("user_id"), weight: 0.2 },
      { path: at("user_name"), weight: 0.2 },
    ],
  ],
  arrays: [["data"], []],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: [at("created_at"), at("event_timestamp")], formats: ["rfc3339", "utc"] },
    texts: {
      principal: values("actor_user_name", "user_name", "actor_system", "actor_user_id", "user_id"),
      principal_kind: [
        { path: at("actor_user_id"), gives: "user" },
        { path: at("actor_system"), gives: "system" },
      ],
      credential: values("client_id"),
      action: [{ path: at("event_type_id"), words: EVENT_TYPES }],
      service: [{ constant: "onelogin" }],
      resource: values("app_name", "role_name", "group_name", "policy_name", "otp_device_name", "user_name"),
      error: values("error_description"),
      address: values("ipaddr"),
      account: values("account_id"),
      event_id: values("id", "uuid"),
    },
    outcomes: [
      { path: at("error_description"), outcome: "failure" },
      { path: at("event_type_id"), oneOf: ["6"], outcome: "failure" },
      { path: at("event_type_id"), oneOf: ["5", "8"], outcome: "success" },
    ],
  },
  own: {
    eventType: at("event_type_id"),
    user: at("user_name"),
    app: at("app_name"),
    role: at("role_name"),
    riskScore: at("risk_score"),
    notes: at("notes"),
    assumingUser: at("assuming_acting_user_id"),
  },
  testedOn: "real records",
};
