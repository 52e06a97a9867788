import { ADDRESSES, AGENTS, SERVICES, STAFF, credentialOf, type Identity } from "./cast.ts";
import { BREACH, MINUTE, SECOND } from "./clock.ts";
import { response } from "./response.ts";
import { type Random } from "../../core/selftest/random.ts";
import { accountChange, apiActivity, authentication, settingChange, type Actor, type Draft } from "./records.ts";

/** How much of everything the intruder does. samples/README.md states these figures; a test counts them. */
export const ATTACK = {
  signInsTried: 1_874,
  accountsTried: 640,
  customersEntered: 3,
  logsRead: 11,
  enumeration: 412,
  enumerationDenied: 287,
  pagesExported: 1_216,
  pagesRateLimited: 38,
  customersPerPage: 50,
} as const;

/** What the intruder does, and on the third day the answer of the company. */
export function attack(random: Random, shoppers: readonly Identity[]): readonly Draft[] {
  return [
    ...credentialStuffing(random, shoppers),
    ...logReading(random),
    ...enumeration(random),
    ...takeover(random),
    ...massExport(random),
    ...cleanUp(),
    ...response(),
  ];
}

/** Monday evening: many accounts, many addresses, one program; four sign-ins succeed. */
function credentialStuffing(random: Random, shoppers: readonly Identity[]): readonly Draft[] {
  const drafts: Draft[] = [];
  const targets = [...shoppers.slice(0, ATTACK.accountsTried - 4), STAFF.dara, STAFF.felix, STAFF.jonas, STAFF.hugo];
  const failures = ATTACK.signInsTried - ATTACK.customersEntered - 1;
  const span = BREACH.stuffingTo - BREACH.stuffingFrom;
  for (let attempt = 0; attempt < failures; attempt += 1) {
    // Every account is tried at least once, in the order of a list; the rest are second and third passwords.
    const identity = targets[attempt % targets.length] ?? STAFF.dara;
    const timeMs = BREACH.stuffingFrom + Math.floor((span * attempt) / failures) + random.between(0, 700);
    const error = identity.kind === "staff" && random.chance(0.3) ? "second factor missing" : "wrong password";
    drafts.push(authentication(timeMs, stuffer(identity, random), { action: "Logon", mfa: false, error }));
  }
  for (let entered = 0; entered < ATTACK.customersEntered; entered += 1) {
    const identity = shoppers[97 + entered * 180] ?? STAFF.dara;
    const actor = { ...stuffer(identity, random), session: `c-99${entered}` };
    const timeMs = BREACH.stuffingFrom + (4 + entered * 6) * MINUTE + random.between(0, 20_000);
    drafts.push(
      authentication(timeMs, actor, { action: "Logon", mfa: false }),
      apiActivity(timeMs + 4_100, actor, {
        operation: "parcels.list",
        method: "GET",
        path: "/v2/parcels",
        resource: { type: "customer", uid: identity.uid },
        code: 200,
        responseBody: `parcels of ${identity.uid}`,
      }),
    );
  }
  drafts.push(authentication(BREACH.staffSignIn, intrudedSession(), { action: "Logon", mfa: false }));
  return drafts;
}

function stuffer(identity: Identity, random: Random): Actor {
  return { identity, address: random.pick(ADDRESSES.stuffing), agent: AGENTS.stuffing };
}

function intrudedSession(): Actor {
  return {
    identity: STAFF.dara,
    session: BREACH.session,
    address: ADDRESSES.stuffing[15] ?? "",
    agent: AGENTS.stuffing,
  };
}

/** With the developer's session: the build logs, the last one written in debug verbosity. */
function logReading(random: Random): readonly Draft[] {
  const actor = intrudedSession();
  const drafts: Draft[] = [];
  for (let list = 0; list < 3; list += 1) {
    drafts.push(
      apiActivity(BREACH.logReading + list * 41 * SECOND, actor, {
        operation: "ci.builds.list",
        method: "GET",
        path: "/internal/ci/builds/list",
        resource: { type: "project", uid: ["parcel-api", "storefront", "locker-link"][list] ?? "" },
        code: 200,
      }),
    );
  }
  for (let read = 0; read < ATTACK.logsRead; read += 1) {
    const build = BREACH.leakingBuild - (ATTACK.logsRead - 1) + read;
    drafts.push(
      apiActivity(BREACH.logReading + 3 * MINUTE + read * 27 * SECOND + random.between(0, 9_000), actor, {
        operation: "ci.logs.read",
        method: "GET",
        path: "/internal/ci/logs/read",
        resource: { type: "build", uid: `build-${build}` },
        code: 200,
        responseBody: `log of build ${build}`,
      }),
    );
  }
  return drafts;
}

/** Tuesday night: the build token from an address it never came from, asking for everything. */
function enumeration(random: Random): readonly Draft[] {
  const actor = intruder(SERVICES.ci, credentialOf(SERVICES.ci));
  const denied = [
    "customers.list",
    "customers.export",
    "roles.list",
    "audit.settings.read",
    "accounts.list",
    "payments.list",
    "backups.list",
  ];
  const allowed = ["services.list", "deploys.list", "ci.variables.read", "keys.list", "lockers.list"];
  const span = BREACH.enumerationTo - BREACH.enumerationFrom;
  const refusals = new Set<number>();
  while (refusals.size < ATTACK.enumerationDenied) refusals.add(random.between(0, ATTACK.enumeration - 1));
  return Array.from({ length: ATTACK.enumeration }, (_, index) => {
    const refused = refusals.has(index);
    const operation = random.pick(refused ? denied : allowed);
    return apiActivity(
      BREACH.enumerationFrom + Math.floor((span * index) / (ATTACK.enumeration - 1)) + random.between(0, 900),
      actor,
      {
        operation,
        method: "GET",
        path: `/internal/${operation.replaceAll(".", "/")}`,
        resource: { type: operation.split(".")[0] ?? "", uid: `page-${1 + (index % 9)}` },
        ...(refused ? { code: 403, error: "role does not allow this" } : { code: 200 }),
      },
    );
  });
}

/** A key for the reporting service, roles for whoever holds it, and the audit settings. */
function takeover(random: Random): readonly Draft[] {
  const byToken = intruder(SERVICES.ci, credentialOf(SERVICES.ci));
  const byKey = intruder(SERVICES.reports, BREACH.newKey);
  const grant = (timeMs: number, policy: string, code: number): Draft =>
    accountChange(timeMs, byKey, {
      activity: [7, "Attach Policy"],
      operation: "roles.grant",
      target: SERVICES.reports,
      policy,
      code,
      ...(code === 403 ? { error: "role does not allow this" } : {}),
    });
  return [
    apiActivity(BREACH.keyCreated - 162 * SECOND, byToken, {
      operation: "keys.list",
      method: "GET",
      path: "/internal/keys/list",
      resource: { type: "account", uid: SERVICES.reports.uid },
      code: 200,
    }),
    apiActivity(BREACH.keyCreated, byToken, {
      operation: "keys.create",
      method: "POST",
      path: "/internal/keys",
      resource: { type: "key", uid: BREACH.newKey },
      code: 201,
      requestBody: `key for ${SERVICES.reports.uid}`,
      responseBody: `key ${random.word()}`,
      more: { key_owner: SERVICES.reports.name },
    }),
    grant(BREACH.rolesGranted - 132 * SECOND, "platform-admin", 403),
    grant(BREACH.rolesGranted - 91 * SECOND, "support-lead", 403),
    grant(BREACH.rolesGranted, "customer-exporter", 200),
    grant(BREACH.rolesGranted + 38 * SECOND, "audit-admin", 200),
    settingChange(BREACH.auditChanged - 48 * SECOND, byKey, {
      operation: "audit.settings.read",
      activity: "Read",
      entity: "audit-settings",
      code: 200,
    }),
    settingChange(BREACH.auditChanged, byKey, {
      operation: "audit.settings.update",
      activity: "Update",
      entity: "audit-settings",
      before: { bulk_read_alert: true, response_digests: true },
      after: { bulk_read_alert: false, response_digests: false },
      code: 200,
    }),
  ];
}

/** Page after page of customers; now and then the rate limit answers. */
function massExport(random: Random): readonly Draft[] {
  const actor = intruder(SERVICES.reports, BREACH.newKey);
  const requests = ATTACK.pagesExported + ATTACK.pagesRateLimited;
  const span = BREACH.exportTo - BREACH.exportFrom;
  const limited = new Set<number>();
  while (limited.size < ATTACK.pagesRateLimited) limited.add(random.between(20, requests - 20));
  let page = 0;
  return Array.from({ length: requests }, (_, index) => {
    const timeMs = BREACH.exportFrom + Math.floor((span * index) / (requests - 1)) + random.between(0, 1_400);
    const refused = limited.has(index);
    if (!refused) page += 1;
    return apiActivity(timeMs, actor, {
      operation: "customers.export",
      method: "GET",
      path: "/v2/customers/export",
      resource: { type: "customer-page", uid: `page-${refused ? page + 1 : page}` },
      ...(refused ? { code: 429, error: "rate limit" } : { code: 200, more: { rows: ATTACK.customersPerPage } }),
    });
  });
}

function cleanUp(): readonly Draft[] {
  const byKey = intruder(SERVICES.reports, BREACH.newKey);
  const purge = (timeMs: number): Draft =>
    apiActivity(timeMs, byKey, {
      operation: "audit.records.delete",
      method: "DELETE",
      path: "/internal/audit/records",
      resource: { type: "audit-log", uid: "api" },
      code: 403,
      error: "records cannot be deleted",
    });
  return [
    purge(BREACH.cleanUp - 44 * SECOND),
    purge(BREACH.cleanUp - 31 * SECOND),
    apiActivity(BREACH.cleanUp, byKey, {
      operation: "keys.delete",
      method: "DELETE",
      path: `/internal/keys/${BREACH.newKey}`,
      resource: { type: "key", uid: BREACH.newKey },
      code: 204,
    }),
    authentication(BREACH.cleanUp + 14 * SECOND, intrudedSession(), { action: "Logoff", mfa: false }),
  ];
}

function intruder(identity: Identity, credential: string): Actor {
  return { identity, credential, address: ADDRESSES.intruder, agent: AGENTS.intruder };
}
