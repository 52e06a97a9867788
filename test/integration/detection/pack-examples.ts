/** An event as a generic JSON log has it. */
export interface Act {
  /** Seconds since 2026-09-14T10:00:00Z. */
  readonly at: number;
  readonly action: string;
  readonly outcome?: string;
  readonly principal?: string;
  readonly session?: string;
  readonly resource?: string;
  readonly ip?: string;
  readonly user_agent?: string;
  readonly region?: string;
  readonly credential?: string;
}

const START = Date.parse("2026-09-14T10:00:00Z");

/** The act as an OCSF record, whose mapping has every column. */
export function ocsf(
  {
    at,
    action,
    outcome = "success",
    principal = "ann",
    resource,
    ip = "192.0.2.1",
    user_agent = "cli/1",
    region,
    credential,
  }: Act,
  index: number,
): unknown {
  return {
    class_uid: 6003,
    category_uid: 6,
    activity_id: 1,
    time: START + at * 1000,
    metadata: { uid: `e-${index}` },
    actor: { user: { name: principal, ...(credential === undefined ? {} : { credential_uid: credential }) } },
    api: { operation: action, ...(outcome === "denied" ? { response: { code: 403 } } : {}) },
    status: outcome === "success" ? "Success" : "Failure",
    ...(resource === undefined ? {} : { resources: [{ uid: resource }] }),
    src_endpoint: { ip },
    http_request: { user_agent },
    ...(region === undefined ? {} : { cloud: { region } }),
  };
}

function times(count: number, make: (index: number) => Act): readonly Act[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const refused = (index: number, change: Partial<Act> = {}): Act => ({
  at: index,
  action: "session.sign-in",
  outcome: "failure",
  principal: `user-${index}`,
  ...change,
});
export const DAY = 86_400;

/** For each rule that alerts: acts that fire it, and acts that are like them and do not. */
export const EXAMPLES: Readonly<Record<string, { readonly fires: readonly Act[]; readonly stays: readonly Act[] }>> = {
  assay_stuffing: {
    fires: times(30, (index) => refused(index, { user_agent: "tool", ip: `198.51.100.${index}` })),
    stays: times(29, (index) => refused(index, { ip: `198.51.100.${index}` })),
  },
  assay_stuffing_then_success: {
    fires: [
      ...times(30, (index) => refused(index, { user_agent: "tool" })),
      { at: 40, action: "session.sign-in", user_agent: "tool" },
    ],
    stays: [
      { at: 0, action: "session.sign-in", user_agent: "tool" },
      ...times(30, (index) => refused(index + 1, { user_agent: "tool" })),
    ],
  },
  assay_spraying: {
    fires: times(10, (index) => refused(index * 300)),
    stays: times(10, (index) => refused(index, { principal: "one" })),
  },
  assay_guessing: {
    fires: times(10, (index) => refused(index, { principal: "one" })),
    stays: times(10, (index) => refused(index * 100, { principal: "one" })),
  },
  assay_guessing_then_success: {
    fires: [
      ...times(10, (index) => refused(index, { principal: "one" })),
      { at: 60, action: "session.sign-in", principal: "one" },
    ],
    stays: [
      ...times(10, (index) => refused(index, { principal: "one" })),
      { at: 60, action: "session.sign-in", principal: "two" },
    ],
  },
  assay_break_glass: {
    fires: [{ at: 0, action: "x", principal: "break-glass-1" }],
    stays: [{ at: 0, action: "x", principal: "breaker" }],
  },
  assay_new_address: {
    fires: [
      { at: 0, action: "x", credential: "k" },
      { at: DAY, action: "x", credential: "k", ip: "203.0.113.9" },
    ],
    stays: [
      { at: 0, action: "x", credential: "k" },
      { at: 60, action: "x", credential: "k", ip: "203.0.113.9" },
    ],
  },
  assay_new_agent: {
    fires: [
      { at: 0, action: "x", credential: "k" },
      { at: DAY, action: "x", credential: "k", user_agent: "other" },
    ],
    stays: [
      { at: 0, action: "x", credential: "k" },
      { at: DAY, action: "x", credential: "k" },
    ],
  },
  assay_new_region: {
    fires: [
      { at: 0, action: "x", region: "north" },
      { at: DAY, action: "x", region: "south" },
    ],
    stays: [
      { at: 0, action: "x", region: "north" },
      { at: DAY, action: "x", region: "north" },
    ],
  },
  assay_stolen_token: {
    fires: [
      { at: 0, action: "x", credential: "k" },
      { at: DAY, action: "x", credential: "k", ip: "203.0.113.9", user_agent: "other" },
    ],
    stays: [
      { at: 0, action: "x", credential: "k" },
      { at: DAY, action: "x", credential: "k", ip: "203.0.113.9" },
    ],
  },
  assay_key_created: {
    fires: [{ at: 0, action: "CreateAccessKey" }],
    stays: [{ at: 0, action: "CreateAccessKey", outcome: "denied" }],
  },
  assay_key_then_use: {
    fires: [
      { at: 0, action: "keys.create", resource: "k-1" },
      { at: 100, action: "x", credential: "k-1" },
    ],
    stays: [
      { at: 0, action: "keys.create", resource: "k-1" },
      { at: 2_000, action: "x", credential: "k-1" },
    ],
  },
  assay_grant: {
    fires: [{ at: 0, action: "AttachUserPolicy", resource: "bob" }],
    stays: [{ at: 0, action: "ListUserPolicies" }],
  },
  assay_grant_to_self: {
    fires: [{ at: 0, action: "roles.grant", principal: "ann", resource: "ann" }],
    stays: [{ at: 0, action: "roles.grant", principal: "ann", resource: "bob" }],
  },
  assay_grant_refused: {
    fires: [{ at: 0, action: "roles.grant", outcome: "denied" }],
    stays: [{ at: 0, action: "roles.list", outcome: "denied" }],
  },
  assay_refused_then_granted: {
    fires: [
      { at: 0, action: "roles.grant", outcome: "denied" },
      { at: 60, action: "roles.grant" },
    ],
    stays: [
      { at: 0, action: "roles.grant" },
      { at: 60, action: "roles.grant", outcome: "denied" },
    ],
  },
  assay_role_chain: {
    fires: times(3, (index) => ({ at: index, action: "AssumeRole", resource: `role-${index}` })),
    stays: times(3, (index) => ({ at: index, action: "AssumeRole", resource: "role" })),
  },
  assay_role_then_grant: {
    fires: [
      { at: 0, action: "AssumeRole" },
      { at: 60, action: "PutRolePolicy" },
    ],
    stays: [
      { at: 0, action: "AssumeRole" },
      { at: 700, action: "PutRolePolicy" },
    ],
  },
  assay_mfa_removed: {
    fires: [{ at: 0, action: "DeactivateMFADevice" }],
    stays: [{ at: 0, action: "EnableMFADevice" }],
  },
  assay_first_admin_act: {
    fires: [
      { at: 0, action: "policy.update" },
      { at: DAY, action: "keys.rotate" },
    ],
    stays: [
      { at: 0, action: "policy.update" },
      { at: DAY, action: "keys.list" },
    ],
  },
  assay_logging_changed: { fires: [{ at: 0, action: "StopLogging" }], stays: [{ at: 0, action: "StartLogging" }] },
  assay_log_removal_refused: {
    fires: [{ at: 0, action: "audit.records.delete", outcome: "denied" }],
    stays: [{ at: 0, action: "audit.records.read", outcome: "denied" }],
  },
  assay_logging_beside_privilege: {
    fires: [
      { at: 0, action: "StopLogging" },
      { at: 60, action: "CreateAccessKey" },
    ],
    stays: [
      { at: 0, action: "StopLogging" },
      { at: 60, action: "CreateAccessKey", ip: "203.0.113.9" },
    ],
  },
  assay_change_at_night: {
    fires: [{ at: 12 * 3_600, action: "lockers.settings.update" }],
    stays: [{ at: 0, action: "lockers.settings.update" }],
  },
  assay_mass_export: {
    fires: times(100, (index) => ({ at: index, action: "customers.export" })),
    stays: times(100, (index) => ({ at: index * 60, action: "customers.export" })),
  },
  assay_snapshot_shared: {
    fires: [{ at: 0, action: "ModifySnapshotAttribute" }],
    stays: [{ at: 0, action: "CreateVolume" }],
  },
  assay_secrets_enumerated: {
    fires: times(10, (index) => ({ at: index, action: "GetSecretValue", resource: `s-${index}` })),
    stays: times(10, (index) => ({ at: index, action: "GetSecretValue", resource: "s" })),
  },
  assay_probing: {
    fires: times(30, (index) => ({ at: index, action: `things.${index}`, outcome: "denied", credential: "k" })),
    stays: times(30, (index) => ({ at: index, action: "session.sign-in", outcome: "denied", credential: "k" })),
  },
};
