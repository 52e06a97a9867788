import { type LogSource } from "./rule.ts";

/**
 * Where the value of a field lies in the records of a source: `path` as `member.member`, and where a record has another
 * word for the same thing, the word that rules have for it; `otherwise` for every word that `words` has not, null for none.
 */
export type FieldPlace =
  | string
  | { readonly path: string; readonly words: Readonly<Record<string, string>>; readonly otherwise?: string | null };

/**
 * What the field names of rules mean in the records of a source. A name is looked for as it is first: `userIdentity.type` is
 * the member `type` of the member `userIdentity`. `names` says where it is otherwise, in this order, because the same log is
 * delivered in several shapes; the first place with a value counts.
 */
interface FieldMap {
  /** What rules for these records call them; a part that is null fits any. */
  readonly logSource: LogSource;
  /** Names of the sources (core/sources) whose records they are. */
  readonly sources: readonly string[];
  /** Rules name a member below one that the records do not have: the first prefix that fits is put in place of. */
  readonly prefixes?: Readonly<Record<string, string>>;
  readonly names?: Readonly<Record<string, readonly FieldPlace[]>>;
}

function logSource(product: string, service: string | null = null, category: string | null = null): LogSource {
  return { category, product, service };
}

/** A member of a resource of Microsoft Graph: below `properties` in a diagnostic setting's record, else by itself. */
function graph(...paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => [`properties.${path}`, path]);
}

/**
 * Azure Activity: learn.microsoft.com, "Azure activity log event schema" and "Resource logs schema" for records, "AzureActivity"
 * table for the names with `Value` at their end, which are those of Log Analytics.
 */
const ACTIVITY: FieldMap["names"] = {
  operationName: ["operationName.value", "authorization.action"],
  OperationName: ["operationName", "operationName.localizedValue"],
  OperationNameValue: ["operationName", "operationName.value", "authorization.action"],
  CategoryValue: ["category", "category.value"],
  ResourceProviderValue: ["resourceProviderName.value", "resourceProviderName", "resourceProviderValue"],
  ResourceId: ["resourceId", "resourceUri"],
  "properties.message": ["operationName", "operationName.localizedValue", "operationName.value"],
};

/**
 * Entra ID audits: learn.microsoft.com, resource type "directoryAudit". The names with capitals are those of the table
 * "AuditLogs" of Log Analytics; `properties.message` stands for the activity.
 */
const AUDITS: FieldMap["names"] = {
  operationName: graph("activityDisplayName"),
  OperationName: ["operationName", ...graph("activityDisplayName")],
  ActivityDisplayName: [...graph("activityDisplayName"), "operationName"],
  ActivityType: [...graph("activityDisplayName"), "operationName"],
  activityType: [...graph("activityDisplayName"), "operationName"],
  "properties.message": [...graph("activityDisplayName"), "operationName"],
  LoggedByService: graph("loggedByService"),
  // A diagnostic setting's record is of the category AuditLogs; what rules mean stands in its properties.
  Category: graph("category"),
  category: ["properties.category"],
  TargetResources: graph("targetResources"),
  "TargetResources.ModifiedProperties.DisplayName": graph("targetResources.modifiedProperties.displayName"),
  "TargetResources.ModifiedProperties.NewValue": graph("targetResources.modifiedProperties.newValue"),
  "TargetResources.modifiedProperties": graph("targetResources.modifiedProperties"),
  "TargetResources.modifiedProperties.newValue": graph("targetResources.modifiedProperties.newValue"),
  "properties.targetResources": ["targetResources"],
  "targetResources.type": ["properties.targetResources.type"],
  Target: [...graph("targetResources.userPrincipalName", "targetResources.displayName", "targetResources.id")],
  Initiatedby: graph("initiatedBy.user.userPrincipalName", "initiatedBy.app.displayName"),
  Status: [...graph("result"), "resultType"],
  "properties.result": ["result"],
  failure_status_reason: graph("resultReason"),
  "additionalDetails.additionalInfo": graph("additionalDetails.value", "resultReason"),
};

/** What became of a sign-in, as rules put it: error 0 is success, whatever is told of it; else what is told, or failure. */
const SIGN_IN_STATUS: readonly FieldPlace[] = [
  ...graph("status.errorCode").map((path) => ({ path, words: { "0": "Success" }, otherwise: null })),
  ...graph("status.additionalDetails"),
  ...graph("status.errorCode").map((path) => ({ path, words: {}, otherwise: "Failure" })),
];

/** How a sign-in was done; rules have the portal's words. */
const PROTOCOL: readonly FieldPlace[] = graph("authenticationProtocol").map((path) => ({
  path,
  words: { deviceCode: "Device Code", ropc: "ROPC" },
}));

/**
 * Entra ID sign-ins: learn.microsoft.com, resource type "signIn". The names with capitals are those of the table
 * "SigninLogs" of Log Analytics and of the portal.
 */
const SIGN_INS: FieldMap["names"] = {
  Status: SIGN_IN_STATUS,
  ResultType: ["resultType", ...graph("status.errorCode")],
  ResultDescription: ["resultDescription", ...graph("status.failureReason")],
  Resultdescription: ["resultDescription", ...graph("status.failureReason")],
  userAgent: ["properties.userAgent"],
  AuthenticationRequirement: graph("authenticationRequirement"),
  conditionalAccessStatus: ["properties.conditionalAccessStatus"],
  RiskState: graph("riskState"),
  ResourceDisplayName: graph("resourceDisplayName"),
  NetworkLocationDetails: graph("networkLocationDetails"),
  "DeviceDetail.trusttype": graph("deviceDetail.trustType"),
  "DeviceDetail.deviceId": graph("deviceDetail.deviceId"),
  "DeviceDetail.isCompliant": graph("deviceDetail.isCompliant"),
  ClientApp: graph("clientAppUsed"),
  Username: graph("userPrincipalName"),
  Location: graph("location.countryOrRegion"),
  ActivityDetails: ["operationName"],
  "properties.message": PROTOCOL,
};

/** Entra ID Protection: learn.microsoft.com, resource type "riskDetection". */
const RISKS: FieldMap["names"] = { riskEventType: ["properties.riskEventType", "properties.riskType", "riskType"] };

/**
 * Microsoft 365 unified audit log: learn.microsoft.com, "Office 365 Management Activity API schema". Rules for alerts use the
 * names that collectors give: the workload, the alert's name, and whether the act succeeded.
 */
const SUCCESS = { Succeeded: "success", Success: "success", True: "success", Failed: "failure", False: "failure" };
const UNIFIED_AUDIT: FieldMap["names"] = {
  Operation: ["Operations"],
  eventSource: ["Workload", "Source"],
  eventName: ["Name", "AlertName", "Operation"],
  status: [{ path: "ResultStatus", words: SUCCESS }],
  ApplicationId: ["AppId", "AppAccessContext.ClientAppId"],
  RequestType: ["ExtendedProperties.Value"],
  Payload: ["Data", "Parameters"],
};

/** Okta: developer.okta.com, "System Log API". Some collectors write names of its members in small letters. */
const OKTA: FieldMap["names"] = {
  eventType: ["eventtype"],
  legacyEventType: ["legacyeventtype"],
  displayMessage: ["displaymessage"],
  "debugContext.debugData.behaviors": ["debugcontext.debugData.behaviors"],
  "debugContext.debugData.logOnlySecurityData": ["debugcontext.debugData.logOnlySecurityData"],
  "debugContext.debugData.requestUri": ["debugcontext.debugData.requestUri"],
  "securityContext.isProxy": ["securitycontext.isProxy"],
};

/** Google Workspace: developers.google.com, "Reports API", whose applications Cloud Logging names as services. */
const WORKSPACE_SERVICE: FieldPlace = {
  path: "id.applicationName",
  words: { admin: "admin.googleapis.com", login: "login.googleapis.com" },
};
const WORKSPACE_EVENT: readonly FieldPlace[] = ["protoPayload.metadata.event.eventName", "events.name", "name"];
const WORKSPACE: FieldMap["names"] = {
  eventService: ["protoPayload.serviceName", WORKSPACE_SERVICE],
  eventName: WORKSPACE_EVENT,
  "protoPayload.serviceName": [WORKSPACE_SERVICE],
  "protoPayload.Servicename": ["protoPayload.serviceName", WORKSPACE_SERVICE],
  "protoPayload.metadata.event.eventName": WORKSPACE_EVENT,
  setting_name: ["parameters.SETTING_NAME", "events.parameters.value", "protoPayload.metadata.event.parameter.value"],
  new_value: ["parameters.NEW_VALUE", "events.parameters.value", "protoPayload.metadata.event.parameter.value"],
};

/** Google Cloud: cloud.google.com, "AuditLog" and "LogEntry". */
const GOOGLE_CLOUD: FieldMap["names"] = {
  "gcp.audit.method_name": ["protoPayload.methodName"],
  "data.protoPayload.logName": ["logName"],
  "data.protoPayload.resource.type": ["resource.type"],
};

/** Kubernetes: kubernetes.io, "audit.k8s.io/v1 Event". Rules about what a pod asks for name its members alone. */
const KUBERNETES: FieldMap["names"] = {
  apiGroup: ["objectRef.apiGroup"],
  hostPath: ["requestObject.spec.volumes.hostPath"],
  capabilities: ["requestObject.spec.containers.securityContext.capabilities"],
};

/** Rules for a product and service, and whose records they read. */
export const FIELD_MAPS: readonly FieldMap[] = [
  { logSource: logSource("aws", "cloudtrail"), sources: ["cloudtrail"] },
  { logSource: logSource("kubernetes", "audit", "application"), sources: ["kubernetes"], names: KUBERNETES },
  { logSource: logSource("okta", "okta"), sources: ["okta"], names: OKTA },
  { logSource: logSource("github", "audit"), sources: ["github"] },
  { logSource: logSource("bitbucket", "audit"), sources: ["bitbucket", "atlassian"] },
  { logSource: logSource("onelogin", "onelogin.events"), sources: ["onelogin"] },
  { logSource: logSource("cisco", "duo"), sources: ["duo"] },
  {
    logSource: logSource("gcp", "gcp.audit"),
    sources: ["gcp-audit"],
    prefixes: { "data.protoPayload": "protoPayload" },
    names: GOOGLE_CLOUD,
  },
  {
    logSource: logSource("gcp", "google_workspace.admin"),
    sources: ["gcp-audit", "google-workspace"],
    names: WORKSPACE,
  },
  {
    logSource: logSource("gcp", "google_workspace.login"),
    sources: ["gcp-audit", "google-workspace"],
    names: WORKSPACE,
  },
  { logSource: logSource("azure", "activitylogs"), sources: ["azure-activity"], names: ACTIVITY },
  { logSource: logSource("azure", "auditlogs"), sources: ["entra"], names: AUDITS },
  { logSource: logSource("azure", "signinlogs"), sources: ["entra"], names: SIGN_INS },
  { logSource: logSource("azure", "pim"), sources: ["entra"], names: RISKS },
  { logSource: logSource("azure", "riskdetection"), sources: ["entra"], names: RISKS },
  { logSource: logSource("m365", "audit"), sources: ["microsoft-365"], names: UNIFIED_AUDIT },
  { logSource: logSource("m365", "exchange"), sources: ["microsoft-365"], names: UNIFIED_AUDIT },
  { logSource: logSource("m365", "threat_detection"), sources: ["microsoft-365"], names: UNIFIED_AUDIT },
  { logSource: logSource("m365", "threat_management"), sources: ["microsoft-365"], names: UNIFIED_AUDIT },
];
