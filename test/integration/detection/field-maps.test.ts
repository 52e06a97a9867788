import { afterEach, expect, test } from "vitest";

import { caseWithRecords, type DetectionCase } from "../../support/detection-case.ts";

let open: DetectionCase | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

function rule(logSource: string, selection: string, id = "r"): string {
  return `title: ${id}\nid: ${id}\nlogsource: {${logSource}}\ndetection:\n  selection: {${selection}}\n  condition: selection\n`;
}

/** Which of the records a selection over a log source finds, and which of its fields no record has. */
async function found(
  source: string,
  records: readonly unknown[],
  logSource: string,
  selection: string,
): Promise<{ readonly hits: readonly number[]; readonly missing: readonly string[] }> {
  open = await caseWithRecords(records, source);
  const { rules } = await open.run([rule(logSource, selection)]);
  expect(rules.rejected).toEqual([]);
  return { hits: await open.hits("r"), missing: rules.unmappedFields };
}

const TIME = "2026-09-14T10:00:00Z";

test("an audit of Entra ID is found as a diagnostic setting and as Graph delivers it", async () => {
  const audit = {
    activityDisplayName: "Add member to role",
    activityDateTime: TIME,
    category: "RoleManagement",
    result: "success",
    initiatedBy: { user: { userPrincipalName: "a@example.org" } },
    targetResources: [
      { modifiedProperties: [{ displayName: "Role.DisplayName", newValue: '"Global Administrator"' }] },
    ],
  };
  const records = [
    { time: TIME, category: "AuditLogs", operationName: "Add member to role", properties: audit },
    audit,
    { ...audit, activityDisplayName: "Update user", category: "UserManagement" },
  ];
  const selection =
    "Category: RoleManagement, OperationName: Add member to role, Status: Success, TargetResources.ModifiedProperties.NewValue|contains: Administrator";
  expect(await found("entra", records, "product: azure, service: auditlogs", selection)).toEqual({
    hits: [0, 1],
    missing: [],
  });
});

test("error 0 of a sign-in is success, every other failure, and no error code neither", async () => {
  const signIn = (errorCode?: number) => ({
    createdDateTime: TIME,
    appId: "a",
    ipAddress: "192.0.2.1",
    conditionalAccessStatus: "success",
    authenticationRequirement: "singleFactorAuthentication",
    status: errorCode === undefined ? {} : { errorCode },
  });
  const records = [signIn(0), signIn(50126), { ...signIn(), n: 1 }];
  const logSource = "product: azure, service: signinlogs";
  const single = "AuthenticationRequirement: singleFactorAuthentication";
  expect((await found("entra", records, logSource, `${single}, Status: Success`)).hits).toEqual([0]);
  await open?.close();
  expect((await found("entra", records, logSource, `${single}, Status: Failure`)).hits).toEqual([1]);
  await open?.close();
  expect((await found("entra", records, logSource, "ResultType: 50126")).hits).toEqual([1]);
});

test("a sign-in that succeeded is one whatever is told of it, and one that failed is what is told", async () => {
  const signIn = (status: object, authenticationProtocol: string) => ({
    createdDateTime: TIME,
    appId: "a",
    ipAddress: "192.0.2.1",
    conditionalAccessStatus: "success",
    authenticationProtocol,
    status,
  });
  const records = [
    signIn({ errorCode: 0, additionalDetails: "MFA requirement satisfied by claim in the token" }, "deviceCode"),
    signIn({ errorCode: 500121, additionalDetails: "MFA denied; user declined the authentication" }, "ropc"),
    signIn({ errorCode: 50126 }, "none"),
  ];
  for (const [selection, hits] of [
    ["Status: Success", [0]],
    ["Status|contains: MFA Denied", [1]],
    ["Status: Failure", [2]],
    ["properties.message: Device Code", [0]],
    ["properties.message: ROPC", [1]],
  ] as const) {
    const answer = await found("entra", records, "product: azure, service: signinlogs", selection);
    expect(answer, selection).toEqual({ hits, missing: [] });
    await open?.close();
  }
});

test("an event of Okta is found where a collector wrote its names in small letters", async () => {
  const records = [
    { eventType: "system.api_token.revoke", securityContext: { isProxy: true } },
    { eventtype: "system.api_token.revoke", securitycontext: { isProxy: true } },
    { eventtype: "system.api_token.create", securitycontext: { isProxy: true } },
  ].map((record, n) => ({
    uuid: `${n}`,
    published: TIME,
    version: "0",
    severity: "INFO",
    outcome: { result: "SUCCESS" },
    ...record,
  }));
  const selection = "eventType: system.api_token.revoke, securityContext.isProxy: true";
  const answer = await found("okta", records, "product: okta, service: okta", selection);
  expect(answer).toEqual({ hits: [0, 1], missing: [] });
});

test("activities of Google Workspace are found in the words of Cloud Logging", async () => {
  const activity = (applicationName: string, event: object) => ({
    kind: "admin#reports#activity",
    id: { time: TIME, uniqueQualifier: "1", applicationName },
    actor: { email: "a@example.org" },
    ...event,
  });
  const records = [
    activity("admin", { name: "DELETE_ROLE", parameters: { ROLE_NAME: "x" } }),
    activity("admin", { events: [{ name: "OTHER" }, { name: "DELETE_ROLE" }] }),
    activity("login", { name: "DELETE_ROLE" }),
  ];
  const selection = "eventService: admin.googleapis.com, eventName: [DELETE_ROLE, RENAME_ROLE]";
  const logSource = "product: gcp, service: google_workspace.admin";
  expect(await found("google-workspace", records, logSource, selection)).toEqual({ hits: [0, 1], missing: [] });
});

test("an alert of Microsoft 365 is found by its name and workload", async () => {
  const records = [
    {
      Workload: "SecurityComplianceCenter",
      Operation: "AlertTriggered",
      Name: "Impossible travel activity",
      ResultStatus: "Succeeded",
    },
    {
      Workload: "SecurityComplianceCenter",
      Operation: "AlertTriggered",
      Name: "Impossible travel activity",
      ResultStatus: "Failed",
    },
  ].map((record, n) => ({
    CreationTime: "2026-09-14T10:00:00",
    Id: `${n}`,
    RecordType: 40,
    OrganizationId: "o",
    ...record,
  }));
  const selection = "eventSource: SecurityComplianceCenter, eventName: Impossible travel activity, status: success";
  const logSource = "product: m365, service: threat_management";
  expect(await found("microsoft-365", records, logSource, selection)).toEqual({ hits: [0], missing: [] });
});

test("activity of Azure is found by the names of its table, and a field that no record has is told", async () => {
  const records = [
    {
      time: TIME,
      resourceId: "/SUBSCRIPTIONS/1/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/V",
      operationName: "MICROSOFT.KEYVAULT/VAULTS/WRITE",
      category: "Administrative",
      callerIpAddress: "192.0.2.1",
    },
  ];
  const selection = "CategoryValue: Administrative, OperationNameValue: Microsoft.KeyVault/vaults/write";
  const logSource = "product: azure, service: activitylogs";
  expect((await found("azure-activity", records, logSource, selection)).hits).toEqual([0]);
  await open?.close();
  expect(await found("azure-activity", records, logSource, `${selection}, nowhere.at: x`)).toEqual({
    hits: [],
    missing: ["nowhere.at"],
  });
});
