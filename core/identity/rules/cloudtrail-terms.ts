import { sql } from "../../casefile/sql.ts";
import { momentOf } from "../rule.ts";

/** Calls whose answer is a credential. */
export const ISSUES = sql`action IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'AssumeRoot',
  'GetSessionToken', 'GetFederationToken')`;
export const ASSUMES = sql`action LIKE 'AssumeRole%'`;
export const GRANTS_USER = sql`action IN ('AttachUserPolicy', 'PutUserPolicy', 'AddUserToGroup', 'CreateLoginProfile',
  'UpdateLoginProfile', 'PutUserPermissionsBoundary', 'DeleteUserPermissionsBoundary')`;
export const GRANTS_ROLE = sql`action IN ('AttachRolePolicy', 'PutRolePolicy', 'UpdateAssumeRolePolicy',
  'PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary')`;

/** 'Jul 18, 2014 4:07:39 PM', with or without a comma after the year; it has no zone and is UTC. */
export const EXPIRES = sql`coalesce(
  epoch_ns(CAST(try_strptime(replace(expiration, ',', ''), '%b %d %Y %I:%M:%S %p') AS TIMESTAMP_NS)),
  ${momentOf(sql`expiration`)})`;
const HAS_TEMPORARY_KEY = sql`starts_with(access_key, 'ASIA')`;
export const IS_USER = sql`type = 'IAMUser'`;
export const IS_ROLE_SESSION = sql`type = 'AssumedRole'`;
/** A session of a user or of root: of the console, or of GetSessionToken. */
export const IS_OWN_SESSION = sql`(type IN ('IAMUser', 'Root') AND ${HAS_TEMPORARY_KEY} AND created IS NOT NULL)`;
