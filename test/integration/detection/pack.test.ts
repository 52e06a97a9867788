import { fileURLToPath } from "node:url";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { readAlertEvents } from "../../../core/detection/fired-events.ts";
import { PACK } from "../../../core/detection/pack.ts";
import { readRules } from "../../../core/detection/read-rules.ts";
import { type DetectionState } from "../../../core/model/detection.ts";
import { caseWithEvidence, caseWithRecords, type DetectionCase } from "../../support/detection-case.ts";
import { hasShared, listShared, readShared } from "../../support/shared.ts";

const texts = PACK.map(({ text }) => text);

/** An event as a generic JSON log has it. */
interface Act {
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
function ocsf(
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
const DAY = 86_400;

/** For each rule that alerts: acts that fire it, and acts that are like them and do not. */
const EXAMPLES: Readonly<Record<string, { readonly fires: readonly Act[]; readonly stays: readonly Act[] }>> = {
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

function titlesOf({ hits, correlations }: DetectionState): ReadonlySet<string> {
  return new Set([...hits, ...correlations].map(({ title }) => title));
}

describe("the shipped rules", () => {
  const { rules, rejected } = readRules(PACK);

  test("all of them can run, and each says its author, licence, techniques and false positives", () => {
    expect(rejected).toEqual([]);
    for (const rule of rules) {
      expect(rule.author, rule.title).toBe("The Assay authors");
      expect(rule.license, rule.title).toBe("Apache-2.0");
      expect(rule.falsePositives.length, rule.title).toBeGreaterThan(0);
      expect(rule.tags.filter((tag) => /^attack\.t\d{4}/.test(tag)).length, rule.title).toBeGreaterThan(0);
    }
  });

  test("each that alerts has an example here of acts that fire it and of acts that do not", () => {
    const names = rules.map(({ name }) => name);
    expect(names).not.toContain(null);
    const steps = new Set(rules.flatMap((rule) => (rule.kind === "correlation" ? rule.rules : [])));
    const generating = rules.flatMap((rule) => (rule.kind === "correlation" && rule.generate ? rule.rules : []));
    const alerting = names.filter((name) => name !== null && (!steps.has(name) || generating.includes(name)));
    expect(alerting.sort()).toEqual(Object.keys(EXAMPLES).sort());
    for (const [name, { fires, stays }] of Object.entries(EXAMPLES)) {
      expect([fires.length > 0, stays.length > 0], name).toEqual([true, true]);
    }
  });

  test("each that only others build on is part of one that has an example", () => {
    const shown = new Set(Object.keys(EXAMPLES).flatMap(withSteps));
    expect(rules.map(({ name }) => name).filter((name) => name === null || !shown.has(name))).toEqual([]);
  });

  let open: DetectionCase | undefined;
  afterEach(async () => {
    await open?.close();
    open = undefined;
  });
  for (const [name, { fires, stays }] of Object.entries(EXAMPLES)) {
    const title = rules.find((rule) => rule.name === name)?.title ?? "";
    test(`"${title}" fires for what it describes and for nothing like it`, async () => {
      // A year apart, so that windows hold one or the other.
      const calm = stays.map((act) => ({ ...act, at: act.at + 365 * DAY }));
      open = await caseWithRecords([...fires, ...calm].map(ocsf), "ocsf");
      const state = await open.run(needed(name));
      const fired = state.hits.filter((hit) => hit.title === title).map(({ rule }) => open?.hits(rule));
      const alerts = state.correlations.filter((alert) => alert.title === title);
      const { caseFile } = open.session;
      const events = await Promise.all([...fired, ...alerts.map(({ alert }) => readAlertEvents(caseFile, alert))]);
      const seqs = events.flat().filter((seq) => seq !== undefined);
      expect(seqs.length).toBeGreaterThan(0);
      expect(seqs.filter((seq) => seq >= fires.length)).toEqual([]);
    });
  }

  /** The texts of a rule and of those it builds on. */
  function needed(name: string): readonly string[] {
    const names = new Set<string | null>(withSteps(name));
    return rules.filter((rule) => names.has(rule.name)).map(({ text }) => text);
  }

  /** The names of a rule and of those it builds on. */
  function withSteps(name: string): readonly string[] {
    const rule = rules.find((candidate) => candidate.name === name);
    return [name, ...(rule?.kind === "correlation" ? rule.rules.flatMap(withSteps) : [])];
  }
});

describe("the sample", () => {
  let open: DetectionCase | undefined;
  beforeAll(async () => {
    const bundle = fileURLToPath(new URL("../../../samples/bundles/marrowbridge-audit.zip", import.meta.url));
    open = await caseWithEvidence(await mkdtemp(join(tmpdir(), "assay-pack-")), bundle);
  });
  afterAll(() => open?.close());

  test("its story is told by the rules, step by step", { timeout: 120_000 }, async () => {
    const state = await open?.run(texts);
    const found = state?.correlations.map(({ title, group, count }) => [title, Object.values(group)[0], count]);
    for (const step of [
      ["Credential stuffing that succeeded", "Mozilla/5.0 (Windows NT 10.0) Chrome/109.0", 1_874],
      ["Secrets enumerated", "dara.lindqvist", 11],
      ["Credential used elsewhere by another program", "tok-ci-7f2c", 1],
      ["Rights probed", "tok-ci-7f2c", 287],
      ["Privilege refused, then granted", "svc-reports", 3],
      ["Mass export", "svc-reports", 1_216],
    ]) {
      expect(found).toContainEqual(step);
    }
    expect(state && titlesOf(state)).toContain("Privilege granted to oneself");
    expect(state && titlesOf(state)).toContain("Removal of audit records refused");
  });
});

describe.skipIf(!hasShared("data/cloudtrail-invictus"))("the exercise of 2023-07-10 with published rules", () => {
  test("trail deletion, key creation and policy changes are found", async () => {
    const folder = fileURLToPath(new URL("../../../../shared/data/cloudtrail-invictus/CloudTrail", import.meta.url));
    const open = await caseWithEvidence(await mkdtemp(join(tmpdir(), "assay-invictus-")), folder);
    try {
      const published = listShared("rules/sigmahq")
        .filter((path) => path.endsWith(".yml"))
        .map((path) => readShared(`rules/sigmahq/${path}`).toString("utf8"));
      const state = await open.run([...texts, ...published]);
      expect(state.rules.rejected).toEqual([]);
      expect(state.rules.loaded).toBe(readRules(PACK).loaded + 294);
      expect(state.hits.map(({ title, count }) => [title, count])).toEqual(
        expect.arrayContaining([
          ["AWS CloudTrail Important Change", 6],
          ["AWS IAM Backdoor Users Keys", 2],
          ["Credential created", 4],
          ["Privilege granted", 17],
          ["Logging switched off or changed", 6],
        ]),
      );
    } finally {
      await open.close();
    }
  }, 120_000);
});
