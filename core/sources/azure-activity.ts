import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

const CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";

/**
 * Azure Activity log and resource logs (learn.microsoft.com, "Azure Monitor resource log schema" and "activity log event
 * schema"): `{"time":"…","resourceId":"/SUBSCRIPTIONS/…","operationName":"Microsoft.Compute/…/write","category":
 * "Administrative","resultType":"Success","callerIpAddress":"…","identity":{"claims":{…}}}`; the REST interface writes
 * `eventTimestamp`, `caller`, and `operationName` as an object.
 */
export const azureActivity: Source = {
  name: "azure-activity",
  title: "Azure Activity and resource logs",
  shapes: [
    [
      { path: at("resourceId"), weight: 0.4, pattern: /^\/(subscriptions|providers)\//i },
      { path: at("operationName"), weight: 0.3 },
      { path: at("time"), weight: 0.15 },
      { path: at("callerIpAddress"), weight: 0.15 },
    ],
    [
      { path: at("resourceId"), weight: 0.3, pattern: /^\/(subscriptions|providers)\//i },
      { path: at("eventTimestamp"), weight: 0.3 },
      { path: at("operationName"), weight: 0.2 },
      { path: at("eventDataId"), weight: 0.2 },
    ],
  ],
  arrays: [["records"], ["value"], []],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: ["time", "eventTimestamp"].map(at), formats: ["rfc3339", "utc"] },
    recordedAt: { from: [at("submissionTimestamp")], formats: ["rfc3339", "utc"] },
    texts: {
      principal: values(
        `identity.claims."${CLAIMS}/upn"`,
        "caller",
        `identity.claims."${CLAIMS}/name"`,
        `identity.claims."${CLAIMS}/emailaddress"`,
        "identity.claims.name",
        "identity.claims.appid",
        "identity.authorization.evidence.principalId",
        "claims.name",
        "claims.appid",
      ),
      principal_kind: values("identity.authorization.evidence.principalType", "claims.idtyp", "identity.claims.idtyp"),
      credential: values("identity.claims.uti", "claims.uti"),
      session: values("identity.claims.sid", "claims.sid"),
      action: values("operationName", "operationName.value", "authorization.action"),
      service: values("resourceProviderName.value", "category.value", "category"),
      resource: values("resourceId", "resourceUri", "authorization.scope"),
      error: values("properties.statusMessage", "resultDescription", "subStatus.value"),
      address: values("callerIpAddress", "httpRequest.clientIpAddress"),
      user_agent: values("properties.userAgentHeader", "properties.userAgent"),
      account: values("tenantId", "subscriptionId"),
      region: values("location"),
      request_id: values("correlationId"),
      event_id: values("eventDataId"),
    },
    outcomes: [
      { path: at("resultSignature"), oneOf: ["401", "403", "Unauthorized", "Forbidden"], outcome: "denied" },
      { path: at("subStatus.value"), oneOf: ["Unauthorized", "Forbidden"], outcome: "denied" },
      { path: at("resultType"), oneOf: ["Failure", "Failed"], outcome: "failure" },
      { path: at("status.value"), oneOf: ["Failed"], outcome: "failure" },
      { path: at("resultType"), oneOf: ["Success", "Succeeded"], outcome: "success" },
      { path: at("status.value"), oneOf: ["Succeeded"], outcome: "success" },
      { path: at("resultSignature"), oneOf: ["Succeeded"], outcome: "success" },
      { path: at("properties.metricResponseType"), oneOf: ["Success"], outcome: "success" },
    ],
  },
  own: {
    category: at("category"),
    level: at("level"),
    resultType: at("resultType"),
    resultSignature: at("resultSignature"),
    role: at("identity.authorization.evidence.role"),
    scope: at("identity.authorization.scope"),
    objectId: at('identity.claims."http://schemas.microsoft.com/identity/claims/objectidentifier"'),
    appId: at("identity.claims.appid"),
    requestBody: at("properties.requestbody"),
    properties: at("properties"),
  },
  testedOn: "real records",
};
