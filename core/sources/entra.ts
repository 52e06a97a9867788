import { at, values } from "./field-path.ts";
import { type FieldPath, type Source, type ValueRule } from "./source.ts";

/** The paths of a record of Microsoft Graph, and the same inside the record of a diagnostic setting. */
function both(...texts: readonly string[]): readonly FieldPath[] {
  return [...texts.map((text) => `properties.${text}`), ...texts].map(at);
}
const bothValues = (...texts: readonly string[]): readonly ValueRule[] => both(...texts).map((path) => ({ path }));

/**
 * Entra ID sign-ins and directory audits (learn.microsoft.com, "signIn" and "directoryAudit" resource types), as Graph
 * gives them, `{"createdDateTime":"…","userPrincipalName":"…","status":{"errorCode":0},…}`, and as a diagnostic setting
 * exports them, `{"time":"…","category":"SignInLogs","operationName":"Sign-in activity","properties":{…}}`.
 */
export const entra: Source = {
  name: "entra",
  title: "Entra ID sign-in and audit logs",
  shapes: [
    [
      { path: at("resourceId"), weight: 0.5, pattern: /\/providers\/Microsoft\.aadiam/i },
      { path: at("category"), weight: 0.2 },
      { path: at("operationName"), weight: 0.2 },
      { path: at("properties"), weight: 0.1 },
    ],
    [
      { path: at("category"), weight: 0.5, pattern: /^(AuditLogs|[A-Za-z]*SignInLogs)$/ },
      { path: at("operationName"), weight: 0.2 },
      { path: at("properties"), weight: 0.3 },
    ],
    [
      { path: at("activityDisplayName"), weight: 0.4 },
      { path: at("activityDateTime"), weight: 0.3 },
      { path: at("initiatedBy"), weight: 0.3 },
    ],
    [
      { path: at("createdDateTime"), weight: 0.3 },
      { path: at("conditionalAccessStatus"), weight: 0.3 },
      { path: at("appId"), weight: 0.2 },
      { path: at("ipAddress"), weight: 0.2 },
    ],
  ],
  arrays: [["value"], ["records"], []],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: {
      from: [...both("createdDateTime", "activityDateTime"), at("time")],
      formats: ["rfc3339", "utc"],
    },
    recordedAt: { from: [at("time")], formats: ["rfc3339", "utc"] },
    texts: {
      principal: bothValues(
        "initiatedBy.user.userPrincipalName",
        "initiatedBy.user.id",
        "initiatedBy.app.displayName",
        "initiatedBy.app.appId",
        "userPrincipalName",
        "userId",
        "servicePrincipalName",
        "servicePrincipalId",
        "identity",
      ),
      principal_kind: both(
        "initiatedBy.user.id",
        "initiatedBy.app.displayName",
        "initiatedBy.app.appId",
        "userPrincipalName",
        "servicePrincipalId",
      ).map((path): ValueRule => ({
        path,
        gives: /app|servicePrincipal/.test(path.join(".")) ? "service principal" : "user",
      })),
      credential: bothValues("servicePrincipalCredentialKeyId", "uniqueTokenIdentifier"),
      session: bothValues("sessionId", "correlationId"),
      action: values("operationName", "properties.activityDisplayName", "activityDisplayName", "category"),
      service: bothValues("appDisplayName", "loggedByService"),
      resource: bothValues(
        "targetResources[0].userPrincipalName",
        "targetResources[0].displayName",
        "targetResources[0].id",
        "resourceDisplayName",
        "resourceId",
      ),
      error: [...bothValues("status.failureReason", "resultReason"), ...values("resultDescription")],
      address: [...bothValues("ipAddress", "initiatedBy.user.ipAddress"), ...values("callerIpAddress")],
      user_agent: bothValues("userAgent"),
      account: values("tenantId", "resourceTenantId"),
      region: bothValues("location.countryOrRegion"),
      request_id: [...values("correlationId"), ...bothValues("correlationId")],
      event_id: bothValues("id"),
    },
    outcomes: [
      ...both("conditionalAccessStatus").map((path) => ({ path, oneOf: ["failure"], outcome: "denied" }) as const),
      ...both("status.errorCode").map((path) => ({ path, noneOf: ["0"], outcome: "failure" }) as const),
      ...both("result").map((path) => ({ path, oneOf: ["failure", "timeout"], outcome: "failure" }) as const),
      { path: at("resultType"), oneOf: ["Failure", "Failed"], outcome: "failure" },
      // Of a sign-in the number of its error.
      { path: at("resultType"), atLeast: 1, outcome: "failure" },
      ...both("status.errorCode").map((path) => ({ path, oneOf: ["0"], outcome: "success" }) as const),
      ...both("result").map((path) => ({ path, oneOf: ["success"], outcome: "success" }) as const),
      { path: at("resultType"), oneOf: ["0", "Success"], outcome: "success" },
    ],
  },
  own: {
    category: at("category"),
    errorCode: at("properties.status.errorCode"),
    clientApp: at("properties.clientAppUsed"),
    protocol: at("properties.authenticationProtocol"),
    authenticationRequirement: at("properties.authenticationRequirement"),
    conditionalAccess: at("properties.conditionalAccessStatus"),
    riskState: at("properties.riskState"),
    riskLevel: at("properties.riskLevelDuringSignIn"),
    isInteractive: at("properties.isInteractive"),
    country: at("properties.location.countryOrRegion"),
    device: at("properties.deviceDetail"),
    operationType: at("properties.operationType"),
    targets: at("properties.targetResources"),
    appId: at("properties.appId"),
  },
  testedOn: "real records",
};
