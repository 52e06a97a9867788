import { SERVICES, STAFF, credentialOf } from "./cast.ts";
import { BREACH, SECOND, at } from "./clock.ts";
import { accountChange, apiActivity, atBrowser, settingChange, type Draft } from "./records.ts";

/** Wednesday morning: an administrator finds the settings and puts things back. */
export function response(): readonly Draft[] {
  const admin = atBrowser(STAFF.ines, "s-6201");
  return [
    settingChange(at(2, 9, 2, 10), admin, {
      operation: "audit.settings.read",
      activity: "Read",
      entity: "audit-settings",
      code: 200,
    }),
    settingChange(BREACH.auditRestored, admin, {
      operation: "audit.settings.update",
      activity: "Update",
      entity: "audit-settings",
      before: { bulk_read_alert: false, response_digests: false },
      after: { bulk_read_alert: true, response_digests: true },
      code: 200,
    }),
    apiActivity(BREACH.tokenReplaced, admin, {
      operation: "keys.delete",
      method: "DELETE",
      path: `/internal/keys/${credentialOf(SERVICES.ci)}`,
      resource: { type: "key", uid: credentialOf(SERVICES.ci) },
      code: 204,
    }),
    apiActivity(BREACH.tokenReplaced + 49 * SECOND, admin, {
      operation: "keys.create",
      method: "POST",
      path: "/internal/keys",
      resource: { type: "key", uid: BREACH.newToken },
      code: 201,
      requestBody: `token for ${SERVICES.ci.uid}`,
      more: { key_owner: SERVICES.ci.name },
    }),
    ...["customer-exporter", "audit-admin"].map((policy, index) =>
      accountChange(at(2, 9, 18, 5 + index * 22), admin, {
        activity: [8, "Detach Policy"],
        operation: "roles.revoke",
        target: SERVICES.reports,
        policy,
        code: 200,
      }),
    ),
    accountChange(at(2, 9, 21, 47), admin, {
      activity: [4, "Password Reset"],
      operation: "accounts.password-reset",
      target: STAFF.dara,
      code: 200,
    }),
  ];
}
