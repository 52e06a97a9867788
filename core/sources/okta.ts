import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * Okta System Log (developer.okta.com, "System Log API"): `{"uuid":"…","published":"2021-01-08T21:28:34.875Z",
 * "eventType":"user.session.start","actor":{"alternateId":"a@example.com"},"outcome":{"result":"SUCCESS"},…}`.
 */
export const okta: Source = {
  name: "okta",
  title: "Okta System Log",
  shapes: [
    [
      { path: at("eventType"), weight: 0.3, pattern: /^[a-z0-9_]+(\.[a-z0-9_-]+)+$/i },
      { path: at("outcome.result"), weight: 0.25 },
      { path: at("severity"), weight: 0.15 },
      { path: at("version"), weight: 0.1 },
      { path: at("displayMessage"), weight: 0.1 },
      { path: at("actor.alternateId"), weight: 0.1 },
    ],
    [
      { path: at("uuid"), weight: 0.3 },
      { path: at("outcome.result"), weight: 0.3 },
      { path: at("severity"), weight: 0.2 },
      { path: at("version"), weight: 0.2 },
    ],
  ],
  arrays: [[]],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: [at("published")], formats: ["rfc3339", "utc"] },
    texts: {
      principal: values("actor.alternateId", "actor.displayName", "actor.id"),
      principal_kind: values("actor.type"),
      credential: values("transaction.detail.requestApiTokenId", "debugContext.debugData.dtHash"),
      session: values("authenticationContext.externalSessionId", "authenticationContext.rootSessionId"),
      action: values("eventType", "legacyEventType", "displayMessage"),
      service: [{ constant: "okta" }],
      resource: values("target[0].alternateId", "target[0].displayName", "target[0].id"),
      error: values("outcome.reason"),
      address: values("client.ipAddress", "request.ipChain[0].ip"),
      user_agent: values("client.userAgent.rawUserAgent"),
      request_id: values("debugContext.debugData.requestId", "transaction.id"),
      event_id: values("uuid"),
    },
    outcomes: [
      { path: at("outcome.result"), oneOf: ["DENY"], outcome: "denied" },
      { path: at("outcome.result"), oneOf: ["FAILURE"], outcome: "failure" },
      { path: at("outcome.result"), oneOf: ["SUCCESS", "ALLOW"], outcome: "success" },
    ],
  },
  own: {
    displayMessage: at("displayMessage"),
    severity: at("severity"),
    country: at("client.geographicalContext.country"),
    city: at("client.geographicalContext.city"),
    device: at("client.device"),
    zone: at("client.zone"),
    proxy: at("securityContext.isProxy"),
    network: at("securityContext.asOrg"),
    credentialType: at("authenticationContext.credentialType"),
    threatSuspected: at("debugContext.debugData.threatSuspected"),
    behaviors: at("debugContext.debugData.behaviors"),
    requestUri: at("debugContext.debugData.requestUri"),
    deviceFingerprint: at("debugContext.debugData.deviceFingerprint"),
    targets: at("target"),
  },
  testedOn: "real records",
};
