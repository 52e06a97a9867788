import { type FieldPath, type Source } from "./source.ts";

const identity = (...path: readonly string[]): FieldPath => ["userIdentity", ...path];
const parameter = (name: string): { readonly path: FieldPath } => ({ path: ["requestParameters", name] });

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
  marks: [
    { path: ["eventVersion"], weight: 0.25, pattern: /^\d+\.\d+$/ },
    { path: ["eventSource"], weight: 0.25, pattern: /\./ },
    { path: ["eventName"], weight: 0.2 },
    { path: ["eventTime"], weight: 0.15 },
    { path: ["userIdentity"], weight: 0.15 },
  ],
  arrays: ["Records"],
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
    time: { from: [["eventTime"]], formats: ["rfc3339"] },
    texts: {
      principal: [
        { path: identity("arn") },
        { path: identity("userName") },
        { path: identity("principalId") },
        { path: identity("invokedBy") },
        { path: identity("accountId") },
      ],
      principal_kind: [{ path: identity("type") }],
      credential: [{ path: identity("accessKeyId") }],
      // A temporary key names one session; elsewhere the unique id of the identity is the closest there is.
      session: [{ path: identity("accessKeyId"), startsWith: "ASIA" }, { path: identity("principalId") }],
      action: [{ path: ["eventName"] }],
      service: [{ path: ["eventSource"] }],
      resource: [
        { path: ["resources", 0, "ARN"] },
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
        ].map(parameter),
      ],
      error: [{ path: ["errorCode"] }, { path: ["errorMessage"] }],
      address: [{ path: ["sourceIPAddress"] }],
      user_agent: [{ path: ["userAgent"] }],
      account: [{ path: ["recipientAccountId"] }, { path: identity("accountId") }],
      region: [{ path: ["awsRegion"] }],
      request_id: [{ path: ["requestID"] }],
      event_id: [{ path: ["eventID"] }],
    },
    outcomes: [
      { path: ["errorCode"], oneOf: DENIED, outcome: "denied" },
      { path: ["errorCode"], outcome: "failure" },
      { path: ["responseElements", "ConsoleLogin"], oneOf: ["Failure"], outcome: "failure" },
      { path: ["errorMessage"], outcome: "failure" },
      { path: ["eventName"], outcome: "success" },
    ],
  },
};
