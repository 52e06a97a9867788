import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/** What was granted: a privilege to a role, or a role to a user. */
const GRANTED = ["PRIVILEGE", "ROLE"].map(at);
/** As the view writes it, and as the function of the same name does. */
const FAILED = ["FAIL", "INCIDENT", "FAILED_WITH_ERROR", "FAILED_WITH_INCIDENT"];

/**
 * Snowflake ACCOUNT_USAGE exports (docs.snowflake.com): LOGIN_HISTORY `{"EVENT_TIMESTAMP":"…","EVENT_TYPE":"LOGIN",
 * "USER_NAME":"…","CLIENT_IP":"…","IS_SUCCESS":"YES"}`, QUERY_HISTORY `{"QUERY_TEXT":"…","QUERY_TYPE":"SELECT",
 * "EXECUTION_STATUS":"SUCCESS"}`, GRANTS_TO_ROLES `{"CREATED_ON":"…","PRIVILEGE":"SELECT","GRANTEE_NAME":"…"}`,
 * GRANTS_TO_USERS `{"CREATED_ON":"…","DELETED_ON":null,"ROLE":"ACCOUNTADMIN","GRANTEE_NAME":"…","GRANTED_BY":"…"}`.
 */
export const snowflake: Source = {
  name: "snowflake",
  title: "Snowflake logins, grants and queries",
  shapes: [
    [
      { path: at("EVENT_TIMESTAMP"), weight: 0.25 },
      { path: at("IS_SUCCESS"), weight: 0.25 },
      { path: at("USER_NAME"), weight: 0.25 },
      { path: at("CLIENT_IP"), weight: 0.25 },
    ],
    [
      { path: at("QUERY_TEXT"), weight: 0.4 },
      { path: at("EXECUTION_STATUS"), weight: 0.3 },
      { path: at("QUERY_TYPE"), weight: 0.3 },
    ],
    [
      { path: at("PRIVILEGE"), weight: 0.4 },
      { path: at("GRANTEE_NAME"), weight: 0.4 },
      { path: at("GRANTED_BY"), weight: 0.2 },
    ],
    [
      { path: at("ROLE"), weight: 0.3 },
      { path: at("GRANTEE_NAME"), weight: 0.3 },
      { path: at("GRANTED_BY"), weight: 0.2 },
      { path: at("GRANTED_TO"), weight: 0.2, pattern: /^(USER|ROLE)$/ },
    ],
  ],
  arrays: [[]],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: {
      // A grant that was taken back is listed once, with both times.
      from: ["EVENT_TIMESTAMP", "START_TIME", "DELETED_ON", "MODIFIED_ON", "CREATED_ON"].map(at),
      formats: ["rfc3339", "utc", { pattern: "%Y-%m-%d %H:%M:%S.%f %z" }, { pattern: "%Y-%m-%d %H:%M:%S %z" }],
    },
    texts: {
      principal: values("USER_NAME", "GRANTED_BY"),
      principal_kind: values("GRANTED_BY_ROLE_TYPE", "ROLE_TYPE"),
      session: values("SESSION_ID"),
      action: [
        ...values("EVENT_TYPE", "QUERY_TYPE"),
        { path: at("DELETED_ON"), gives: "REVOKE" },
        ...GRANTED.map((path) => ({ path, gives: "GRANT" })),
      ],
      service: [{ constant: "snowflake" }],
      resource: [
        { join: ["TABLE_CATALOG", "TABLE_SCHEMA", "NAME"].map(at), with: "." },
        ...values("ROLE", "DATABASE_NAME", "WAREHOUSE_NAME"),
      ],
      error: values("ERROR_MESSAGE", "ERROR_CODE"),
      address: values("CLIENT_IP"),
      user_agent: values("REPORTED_CLIENT_TYPE", "CLIENT_APPLICATION_ID"),
      account: values("ORGANIZATION_NAME", "ACCOUNT_NAME"),
      request_id: values("QUERY_ID"),
      event_id: values("EVENT_ID", "QUERY_ID"),
    },
    outcomes: [
      { path: at("IS_SUCCESS"), oneOf: ["NO"], outcome: "failure" },
      { path: at("EXECUTION_STATUS"), oneOf: FAILED.flatMap((word) => [word, word.toLowerCase()]), outcome: "failure" },
      { path: at("IS_SUCCESS"), oneOf: ["YES"], outcome: "success" },
      { path: at("EXECUTION_STATUS"), oneOf: ["SUCCESS", "success"], outcome: "success" },
      ...GRANTED.map((path) => ({ path, outcome: "success" }) as const),
    ],
  },
  own: {
    queryText: at("QUERY_TEXT"),
    role: at("ROLE_NAME"),
    warehouse: at("WAREHOUSE_NAME"),
    database: at("DATABASE_NAME"),
    privilege: at("PRIVILEGE"),
    grantee: at("GRANTEE_NAME"),
    grantedOn: at("GRANTED_ON"),
    firstFactor: at("FIRST_AUTHENTICATION_FACTOR"),
    secondFactor: at("SECOND_AUTHENTICATION_FACTOR"),
    client: at("REPORTED_CLIENT_TYPE"),
    rowsUnloaded: at("ROWS_UNLOADED"),
  },
  testedOn: "real records",
};
