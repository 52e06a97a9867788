import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * Query results of AWS CloudTrail Lake that give an event as one value, in the column `eventData` of events from outside of
 * AWS, as JSON or as Java prints it: `{version=1.0, useridentity={type=IAMUser, principalid=alice}, eventtime=…,
 * eventname=…}`. Results whose columns are those of CloudTrail's own events are of the source `cloudtrail`. Names are those of
 * the CloudTrail user guide, "Supported SQL schemas for event data stores".
 */
export const cloudtrailLake: Source = {
  name: "cloudtrail-lake",
  title: "AWS CloudTrail Lake query results",
  shapes: [
    [
      { path: at("eventData.eventName"), weight: 0.5 },
      { path: at("eventData.eventSource"), weight: 0.25 },
      { path: at("eventData.userIdentity"), weight: 0.25 },
    ],
    [
      { path: at("eventData.version"), weight: 0.5 },
      { path: at("eventData.userIdentity"), weight: 0.5 },
    ],
    [{ path: at("eventData"), weight: 1, pattern: /^\s*\{.*"(?:eventName|userIdentity)"/is }],
  ],
  arrays: [],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: ["eventData.eventTime", "eventTime"].map(at), formats: ["rfc3339", "utc"] },
    recordedAt: { from: ["metadata.ingestionTime", "ingestionTime"].map(at), formats: ["rfc3339", "utc"] },
    texts: {
      principal: values(
        "eventData.userIdentity.arn",
        "eventData.userIdentity.userName",
        "eventData.userIdentity.principalId",
        "eventData.userIdentity.invokedBy",
      ),
      principal_kind: values("eventData.userIdentity.type"),
      credential: values("eventData.userIdentity.accessKeyId"),
      session: values("eventData.userIdentity.principalId"),
      action: values("eventData.eventName", "eventName"),
      service: values("eventData.eventSource", "eventSource"),
      resource: values("eventData.resources[0].ARN", "eventData.requestParameters.name"),
      error: values("eventData.errorCode", "eventData.errorMessage"),
      address: values("eventData.sourceIPAddress"),
      user_agent: values("eventData.userAgent"),
      account: values("eventData.recipientAccountId", "eventData.userIdentity.accountId"),
      region: values("eventData.awsRegion"),
      request_id: values("eventData.requestID"),
      event_id: values("eventData.UID", "eventData.eventID", "eventID"),
    },
    outcomes: [
      { path: at("eventData.errorCode"), oneOf: ["AccessDenied", "AccessDeniedException"], outcome: "denied" },
      { path: at("eventData.errorCode"), outcome: "failure" },
      { path: at("eventData.errorMessage"), outcome: "failure" },
      { path: at("eventData.eventName"), outcome: "success" },
    ],
    embedded: [at("eventData"), at("metadata")],
  },
  own: {
    requestParameters: at("eventData.requestParameters"),
    responseElements: at("eventData.responseElements"),
    additionalEventData: at("eventData.additionalEventData"),
    channel: at("metadata.channelARN"),
  },
  testedOn: "documentation",
};
