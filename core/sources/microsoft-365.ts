import { at } from "./field-path.ts";
import { type FieldPath, type Source, type ValueRule } from "./source.ts";

/** The paths of an audit record: as it is, and inside the text of a search export. */
function both(...texts: readonly string[]): readonly FieldPath[] {
  return [...texts, ...texts.map((text) => `AuditData.${text}`)].map(at);
}
const bothValues = (...texts: readonly string[]): readonly ValueRule[] => both(...texts).map((path) => ({ path }));

/** Office 365 Management Activity API, "UserType". */
const USER_TYPES = {
  "0": "Regular",
  "1": "Reserved",
  "2": "Admin",
  "3": "DcAdmin",
  "4": "System",
  "5": "Application",
  "6": "ServicePrincipal",
};

/**
 * Microsoft 365 unified audit log (learn.microsoft.com, "Office 365 Management Activity API schema"): `{"CreationTime":
 * "2024-01-01T00:00:00","Id":"…","Operation":"MailItemsAccessed","OrganizationId":"…","RecordType":50,"UserId":"…",
 * "Workload":"Exchange"}`, and exports of an audit search, whose column `AuditData` holds that as text.
 */
export const microsoft365: Source = {
  name: "microsoft-365",
  title: "Microsoft 365 unified audit log",
  shapes: [
    [
      { path: at("CreationTime"), weight: 0.2 },
      { path: at("Operation"), weight: 0.2 },
      { path: at("Workload"), weight: 0.2 },
      { path: at("RecordType"), weight: 0.2 },
      { path: at("OrganizationId"), weight: 0.2 },
    ],
    [
      { path: at("AuditData"), weight: 0.6, pattern: /^\s*\{/ },
      { path: at("RecordType"), weight: 0.4 },
    ],
  ],
  arrays: [[], ["value"]],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    embedded: [at("AuditData")],
    // Written in UTC, without a zone.
    time: {
      from: [...both("CreationTime"), at("CreationDate")],
      formats: ["rfc3339", "utc", { pattern: "%m/%d/%Y %I:%M:%S %p" }],
    },
    texts: {
      principal: [...bothValues("UserId", "UserKey"), { path: at("UserIds") }],
      principal_kind: both("UserType").map((path): ValueRule => ({ path, words: USER_TYPES })),
      credential: bothValues("AppAccessContext.UniqueTokenId"),
      session: bothValues("AppAccessContext.AADSessionId", "SessionId", "InterSystemsId"),
      action: [...bothValues("Operation"), { path: at("Operations") }],
      service: bothValues("Workload"),
      resource: bothValues("ObjectId", "MailboxOwnerUPN", "Item.Id", "SourceFileName", "TeamName", "Target[0].ID"),
      error: bothValues("LogonError", "ErrorNumber"),
      address: bothValues("ClientIP", "ClientIPAddress", "ActorIpAddress"),
      user_agent: bothValues("UserAgent", "ClientInfoString"),
      account: bothValues("OrganizationId", "OrganizationName"),
      request_id: bothValues("AppAccessContext.CorrelationId", "CorrelationId"),
      event_id: [...bothValues("Id"), { path: at("Identity") }, { path: at("RecordId") }],
    },
    outcomes: [
      ...both("ResultStatus").map(
        (path) => ({ path, oneOf: ["Failed", "Failure", "False", "PartiallySucceeded"], outcome: "failure" }) as const,
      ),
      ...both("Operation").map((path) => ({ path, oneOf: ["UserLoginFailed"], outcome: "failure" }) as const),
      ...both("ResultStatus").map(
        (path) => ({ path, oneOf: ["Succeeded", "Success", "True"], outcome: "success" }) as const,
      ),
    ],
  },
  own: {
    recordType: at("RecordType"),
    resultStatus: at("ResultStatus"),
    clientApp: at("AppAccessContext.ClientAppId"),
    logonType: at("LogonType"),
    mailbox: at("MailboxOwnerUPN"),
    itemType: at("ItemType"),
    parameters: at("Parameters"),
    extendedProperties: at("ExtendedProperties"),
    modifiedProperties: at("ModifiedProperties"),
    siteUrl: at("SiteUrl"),
    externalAccess: at("ExternalAccess"),
  },
  testedOn: "documentation",
};
