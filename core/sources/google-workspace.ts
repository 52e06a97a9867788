import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * Google Workspace activities (developers.google.com, Admin SDK Reports API): `{"kind":"admin#reports#activity",
 * "id":{"time":"…","uniqueQualifier":"…","applicationName":"login"},"actor":{"email":"…"},"ipAddress":"…","events":
 * [{"type":"login","name":"login_success","parameters":[…]}]}`, or flat, with one event's `name` and `parameters`.
 * Of an activity with several events the first gives the action; all are in the record.
 */
export const googleWorkspace: Source = {
  name: "google-workspace",
  title: "Google Workspace activities",
  shapes: [
    [
      { path: at("id.applicationName"), weight: 0.6 },
      { path: at("kind"), weight: 0.4, pattern: /^admin#reports#activity$/ },
    ],
    [
      { path: at("id.applicationName"), weight: 0.6 },
      { path: at("actor.email"), weight: 0.2 },
      { path: at("name"), weight: 0.2 },
    ],
    [
      { path: at("id.applicationName"), weight: 0.6 },
      { path: at("events[0].name"), weight: 0.4 },
    ],
    [
      { path: at("id.applicationName"), weight: 0.7 },
      { path: at("parameters"), weight: 0.3 },
    ],
  ],
  arrays: [["items"], []],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: [at("id.time")], formats: ["rfc3339", "utc"] },
    texts: {
      principal: values("actor.email", "actor.key", "actor.profileId"),
      principal_kind: values("actor.callerType"),
      action: values("events[0].name", "name", "parameters.triggered_actions[0].action_type"),
      service: values("id.applicationName"),
      resource: values(
        "parameters.doc_title",
        "parameters.doc_id",
        "parameters.affected_email_address",
        "parameters.USER_EMAIL",
        "parameters.target_user",
        "parameters.ROLE_NAME",
        "parameters.SETTING_NAME",
        "parameters.APPLICATION_NAME",
        "parameters.DOMAIN_NAME",
        "events[0].type",
        "type",
      ),
      error: values("parameters.login_failure_type"),
      address: values("ipAddress"),
      user_agent: values("userAgent", "parameters.user_agent"),
      account: values("id.customerId", "ownerDomain"),
      // The qualifier tells apart activities of one time and application.
      event_id: [{ join: [at("id.time"), at("id.uniqueQualifier")], with: "/", all: true }],
    },
    outcomes: [
      { path: at("events[0].name"), oneOf: ["login_failure"], outcome: "failure" },
      { path: at("name"), oneOf: ["login_failure"], outcome: "failure" },
      { path: at("events[0].name"), outcome: "success" },
      { path: at("name"), outcome: "success" },
    ],
  },
  own: {
    type: at("type"),
    eventType: at("events[0].type"),
    parameters: at("parameters"),
    events: at("events"),
    settingName: at("parameters.SETTING_NAME"),
    newValue: at("parameters.NEW_VALUE"),
    visibility: at("parameters.visibility"),
    documentTitle: at("parameters.doc_title"),
    isSuspicious: at("parameters.is_suspicious"),
    ownerDomain: at("ownerDomain"),
  },
  testedOn: "real records",
};
