import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/** Error codes that say the caller was not allowed to; every other code says that the call failed. */
const DENIED = [
  "AccessDenied",
  "AccessDeniedException",
  "Client.UnauthorizedOperation",
  "UnauthorizedOperation",
  "UnauthorizedAccess",
  "AuthorizationError",
  "AuthorizationErrorException",
  "NotAuthorized",
  "InsufficientPrivilegesException",
];

/**
 * AWS CloudTrail: files `{"Records":[{"eventVersion":"1.08","userIdentity":{…},"eventTime":"2023-07-10T11:42:36Z",
 * "eventSource":"s3.amazonaws.com","eventName":"GetObject",…}]}`, or NDJSON of single events. Field meanings are those
 * of the CloudTrail user guide, "record contents" and "userIdentity element".
 */
export const cloudtrail: Source = {
  name: "cloudtrail",
  title: "AWS CloudTrail",
  shapes: [
    [
      { path: at("eventSource"), weight: 0.3, pattern: /\./ },
      { path: at("eventName"), weight: 0.3 },
      { path: at("eventVersion"), weight: 0.15, pattern: /^\d+\.\d+$/ },
      { path: at("eventTime"), weight: 0.15 },
      { path: at("userIdentity"), weight: 0.1 },
    ],
    [
      { path: at("eventName"), weight: 0.4 },
      { path: at("awsRegion"), weight: 0.3 },
      { path: at("sourceIPAddress"), weight: 0.3 },
    ],
  ],
  arrays: [["Records"]],
  aside: [
    "/CloudTrail-Digest/",
    "/CloudTrail-Insight/",
    "public-keys.",
    "object-metadata.jsonl",
    "trails.json",
    "collection.json",
    ".head.json",
  ],
  unmappedIsProblem: true,
  mapping: {
    time: { from: [at("eventTime")], formats: ["rfc3339", "utc"] },
    texts: {
      principal: values(
        "userIdentity.arn",
        "userIdentity.userName",
        "userIdentity.principalId",
        "userIdentity.invokedBy",
        "userIdentity.accountId",
      ),
      principal_kind: values("userIdentity.type"),
      credential: values("userIdentity.accessKeyId"),
      // A temporary key names one session; elsewhere the unique id of the identity is the closest there is.
      session: [{ path: at("userIdentity.accessKeyId"), startsWith: "ASIA" }, { path: at("userIdentity.principalId") }],
      action: values("eventName"),
      service: values("eventSource"),
      resource: values(
        "resources[0].ARN",
        ...[
          "roleArn",
          "bucketName",
          "policyArn",
          "functionName",
          "secretId",
          "keyId",
          "instanceId",
          "roleName",
          "userName",
          "groupName",
          "groupId",
          "name",
        ].map((name) => `requestParameters.${name}`),
      ),
      error: values("errorCode", "errorMessage"),
      address: values("sourceIPAddress"),
      user_agent: values("userAgent"),
      account: values("recipientAccountId", "userIdentity.accountId"),
      region: values("awsRegion"),
      request_id: values("requestID"),
      event_id: values("eventID"),
    },
    outcomes: [
      { path: at("errorCode"), oneOf: DENIED, outcome: "denied" },
      { path: at("errorCode"), outcome: "failure" },
      { path: at("responseElements.ConsoleLogin"), oneOf: ["Failure"], outcome: "failure" },
      { path: at("errorMessage"), outcome: "failure" },
      { path: at("eventName"), outcome: "success" },
    ],
    traits: [at("eventType"), at("userIdentity.sessionContext.sessionIssuer.type")],
  },
  own: {
    eventType: at("eventType"),
    eventCategory: at("eventCategory"),
    readOnly: at("readOnly"),
    managementEvent: at("managementEvent"),
    errorMessage: at("errorMessage"),
    requestParameters: at("requestParameters"),
    responseElements: at("responseElements"),
    additionalEventData: at("additionalEventData"),
    mfaUsed: at("additionalEventData.MFAUsed"),
    mfaAuthenticated: at("userIdentity.sessionContext.attributes.mfaAuthenticated"),
    sessionCreated: at("userIdentity.sessionContext.attributes.creationDate"),
    sessionIssuer: at("userIdentity.sessionContext.sessionIssuer.arn"),
    sourceIdentity: at("userIdentity.sessionContext.sourceIdentity"),
    invokedBy: at("userIdentity.invokedBy"),
    issuedKey: at("responseElements.credentials.accessKeyId"),
    sharedEventId: at("sharedEventID"),
    vpcEndpoint: at("vpcEndpointId"),
    tlsVersion: at("tlsDetails.tlsVersion"),
  },
  testedOn: "real records",
};
