import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * Google Cloud Audit Logs (cloud.google.com, "AuditLog"): `{"insertId":"…","logName":"projects/p/logs/cloudaudit…",
 * "timestamp":"…","protoPayload":{"methodName":"…","serviceName":"…","authenticationInfo":{"principalEmail":"…"}}}`.
 */
export const gcpAudit: Source = {
  name: "gcp-audit",
  title: "Google Cloud Audit Logs, also of GKE",
  shapes: [
    [
      { path: at("protoPayload.methodName"), weight: 0.6 },
      { path: at("protoPayload.serviceName"), weight: 0.2 },
      { path: at("logName"), weight: 0.2, pattern: /cloudaudit\.googleapis\.com/ },
    ],
    [
      { path: at("logName"), weight: 0.6, pattern: /cloudaudit\.googleapis\.com/ },
      { path: at("protoPayload"), weight: 0.4 },
    ],
    [
      { path: at("protoPayload.authorizationInfo"), weight: 0.5 },
      { path: at("protoPayload.authenticationInfo"), weight: 0.5 },
    ],
    [
      { path: at("protoPayload"), weight: 0.6 },
      { path: at("resource.type"), weight: 0.4 },
    ],
  ],
  arrays: [["entries"], []],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: {
      // Some collectors keep the times of the entry beside the members of the payload.
      from: ["timestamp", "protoPayload.requestMetadata.requestAttributes.time", "protoPayload.timestamp"].map(at),
      formats: ["rfc3339", "utc"],
    },
    recordedAt: { from: ["receiveTimestamp", "protoPayload.receivetimestamp"].map(at), formats: ["rfc3339", "utc"] },
    texts: {
      principal: values(
        "protoPayload.authenticationInfo.principalEmail",
        "protoPayload.authenticationInfo.principalSubject",
        "protoPayload.authenticationInfo.authoritySelector",
      ),
      principal_kind: [
        {
          path: at("protoPayload.authenticationInfo.principalSubject"),
          startsWith: "serviceAccount:",
          gives: "service account",
        },
        { path: at("protoPayload.authenticationInfo.serviceAccountKeyName"), gives: "service account" },
        { path: at("protoPayload.authenticationInfo.principalSubject"), startsWith: "user:", gives: "user" },
      ],
      credential: values("protoPayload.authenticationInfo.serviceAccountKeyName"),
      action: values("protoPayload.methodName", "methodName", "protoPayload.authorizationInfo[0].permission"),
      service: values("protoPayload.serviceName", "serviceName", "operation.producer"),
      resource: values("protoPayload.resourceName", "resource.labels.bucket_name", "resource.type"),
      error: values("protoPayload.status.message", "protoPayload.status.code"),
      address: values("protoPayload.requestMetadata.callerIp", "protoPayload.requestMetadata.callerIP"),
      user_agent: values("protoPayload.requestMetadata.callerSuppliedUserAgent"),
      account: values("resource.labels.project_id", "resource.labels.organization_id"),
      region: values(
        "protoPayload.resourceLocation.currentLocations[0]",
        "resource.labels.location",
        "resource.labels.zone",
      ),
      request_id: values("operation.id", "trace"),
      event_id: values("insertId", "insertid"),
    },
    outcomes: [
      // google.rpc.Code: 7 PERMISSION_DENIED, 16 UNAUTHENTICATED.
      { path: at("protoPayload.status.code"), oneOf: ["7", "16"], outcome: "denied" },
      { path: at("protoPayload.authorizationInfo[0].granted"), oneOf: ["false"], outcome: "denied" },
      { path: at("protoPayload.status.code"), noneOf: ["0"], outcome: "failure" },
      { path: at("severity"), oneOf: ["ERROR"], outcome: "failure" },
      { path: at("protoPayload.methodName"), outcome: "success" },
    ],
  },
  own: {
    logName: at("logName"),
    severity: at("severity"),
    resourceType: at("resource.type"),
    permission: at("protoPayload.authorizationInfo[0].permission"),
    granted: at("protoPayload.authorizationInfo[0].granted"),
    authorizationInfo: at("protoPayload.authorizationInfo"),
    delegation: at("protoPayload.authenticationInfo.serviceAccountDelegationInfo"),
    principalSubject: at("protoPayload.authenticationInfo.principalSubject"),
    request: at("protoPayload.request"),
    response: at("protoPayload.response"),
    policyDelta: at("protoPayload.serviceData.policyDelta.bindingDeltas"),
    metadata: at("protoPayload.metadata"),
  },
  testedOn: "real records",
};
