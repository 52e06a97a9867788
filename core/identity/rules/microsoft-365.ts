import { sql } from "../../casefile/sql.ts";
import { at } from "../../sources/field-path.ts";
import { accountKey, type IdentityRules, key, where } from "../rule.ts";

/** Microsoft 365: accounts, the sessions and applications they acted with, and mailboxes acted in for others. */
export const microsoft365: IdentityRules = {
  sources: ["microsoft-365"],
  embedded: [at("AuditData")],
  fields: {
    user_id1: at("UserId"),
    user_key1: at("UserKey"),
    user_type1: at("UserType"),
    session1: at("AppAccessContext.AADSessionId"),
    token1: at("AppAccessContext.UniqueTokenId"),
    client_app1: at("AppAccessContext.ClientAppId"),
    app1: at("ClientAppId"),
    mailbox1: at("MailboxOwnerUPN"),
    plain_session1: at("SessionId"),
    user_id2: at("AuditData.UserId"),
    user_key2: at("AuditData.UserKey"),
    user_type2: at("AuditData.UserType"),
    session2: at("AuditData.AppAccessContext.AADSessionId"),
    token2: at("AuditData.AppAccessContext.UniqueTokenId"),
    client_app2: at("AuditData.AppAccessContext.ClientAppId"),
    app2: at("AuditData.ClientAppId"),
    mailbox2: at("AuditData.MailboxOwnerUPN"),
    plain_session2: at("AuditData.SessionId"),
  },
  derived: {
    user_name: sql`coalesce(user_id1, user_id2)`,
    // The identifier that Exchange, SharePoint and OneDrive give an account; other words in this member are shared by many.
    user_key: sql`nullif(regexp_extract(lower(coalesce(user_key1, user_key2)),
      '^(?:i:0h[.]f[|]membership[|])?([0-9a-f]{16})(?:@.*)?$', 1), '')`,
    user_type: sql`coalesce(user_type1, user_type2)`,
    session: sql`coalesce(session1, session2, plain_session1, plain_session2)`,
    token: sql`coalesce(token1, token2)`,
    app: sql`coalesce(client_app1, client_app2, app1, app2)`,
    mailbox: sql`coalesce(mailbox1, mailbox2)`,
    kind_of_user: sql`CASE WHEN user_type IN ('5', '6') THEN 'service-account' WHEN user_type = '4' THEN 'service' ELSE 'user' END`,
  },
  names: {
    user: { kind: sql`kind_of_user`, key: accountKey("entra-name", sql`user_name`), label: sql`user_name`, rank: 1 },
    user_key: {
      kind: sql`kind_of_user`,
      key: key("microsoft-365-key", sql`user_key`),
      label: sql`user_key`,
      rank: 3,
    },
    session: { kind: "session", key: key("entra-session", sql`lower(session)`), label: sql`session` },
    token: { kind: "token", key: key("entra-token", sql`token`), label: sql`token` },
    app: { kind: "app", key: key("entra-app", sql`lower(app)`), label: sql`app` },
    mailbox: {
      kind: "user",
      key: where(sql`lower(mailbox) <> lower(user_name)`, accountKey("entra-name", sql`mailbox`)),
      label: sql`mailbox`,
      rank: 1,
    },
  },
  actor: ["token", "session", "user_key", "user"],
  claims: [
    { rule: "A1", kind: "same", confidence: "P", from: "user", to: "user_key" },
    { rule: "A2", kind: "session", confidence: "P", from: "user", to: "session" },
    { rule: "A3", kind: "credential", confidence: "P", from: "session", to: "token" },
    { rule: "A3", kind: "credential", confidence: "P", from: "user", to: "token" },
    { rule: "A4", kind: "via", confidence: "P", from: "user", to: "app" },
    { rule: "A7", kind: "impersonated", confidence: "P", from: "user", to: "mailbox" },
  ],
};
