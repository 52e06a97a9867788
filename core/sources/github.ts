import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * GitHub audit log of an organisation or enterprise (docs.github.com, "audit log events"): `{"@timestamp":1621305118553,
 * "_document_id":"…","action":"org.add_member","actor":"octocat","org":"example","repo":"example/app"}`.
 */
export const github: Source = {
  name: "github",
  title: "GitHub audit log",
  shapes: [
    [
      { path: at("action"), weight: 0.3, pattern: /^[a-z][a-z0-9_]*\.[a-z0-9_]+$/ },
      { path: at("actor"), weight: 0.15, pattern: /./ },
      { path: at("org"), weight: 0.55 },
    ],
    [
      { path: at("action"), weight: 0.3, pattern: /^[a-z][a-z0-9_]*\.[a-z0-9_]+$/ },
      { path: at("actor"), weight: 0.15, pattern: /./ },
      { path: at("_document_id"), weight: 0.55 },
    ],
    [
      { path: at("action"), weight: 0.3, pattern: /^[a-z][a-z0-9_]*\.[a-z0-9_]+$/ },
      { path: at("actor"), weight: 0.15, pattern: /./ },
      { path: at("repo"), weight: 0.55 },
    ],
  ],
  arrays: [[]],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: {
      from: ["created_at", "@timestamp", "at_sign_timestamp"].map(at),
      formats: ["epoch-ms", "rfc3339", "utc"],
    },
    recordedAt: { from: ["@timestamp", "at_sign_timestamp"].map(at), formats: ["epoch-ms", "rfc3339", "utc"] },
    texts: {
      principal: values("actor", "actor_id"),
      principal_kind: [
        { path: at("actor_is_bot"), words: { true: "bot", false: "user" } },
        ...values("programmatic_access_type"),
      ],
      credential: values("hashed_token", "token_id"),
      action: values("action"),
      service: [{ constant: "github" }],
      resource: values("repo", "repository", "user", "name", "team", "org", "business"),
      address: values("actor_ip"),
      user_agent: values("user_agent"),
      account: values("org", "business"),
      request_id: values("request_id"),
      event_id: values("_document_id"),
    },
    outcomes: [
      { path: at("action"), oneOf: ["protected_branch.rejected_ref_update"], outcome: "denied" },
      { path: at("action"), oneOf: ["user.failed_login", "user.two_factor_challenge_failure"], outcome: "failure" },
      { path: at("action"), outcome: "success" },
    ],
  },
  own: {
    user: at("user"),
    repo: at("repo"),
    team: at("team"),
    business: at("business"),
    operation: at("operation_type"),
    permission: at("permission"),
    visibility: at("visibility"),
    publicRepo: at("public_repo"),
    country: at("actor_location.country_code"),
    externalIdentity: at("external_identity_nameid"),
    access: at("programmatic_access_type"),
    tokenScopes: at("token_scopes"),
    rulesetName: at("ruleset_name"),
    enforcement: at("ruleset_enforcement"),
    branch: at("branch"),
    webhook: at("config.url"),
  },
  testedOn: "real records",
};
