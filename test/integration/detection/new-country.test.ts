import { expect, test } from "vitest";

import { PACK } from "../../../core/detection/pack.ts";
import { readRules } from "../../../core/detection/read-rules.ts";
import { caseWithRecords } from "../../support/detection-case.ts";

/** A sign-in of an account, on a day and from a country. */
interface SignIn {
  readonly day: number;
  readonly account: string;
  readonly country: string | null;
}

const timeOf = ({ day }: SignIn): string => `2026-09-${String(day).padStart(2, "0")}T10:00:00.000Z`;

function okta(signIn: SignIn, index: number): unknown {
  return {
    uuid: `u-${index}`,
    published: timeOf(signIn),
    eventType: "user.session.start",
    version: "0",
    severity: "INFO",
    displayMessage: "User login to Okta",
    actor: { id: `id-${signIn.account}`, type: "User", alternateId: signIn.account, displayName: signIn.account },
    client: {
      ipAddress: "192.0.2.1",
      geographicalContext: signIn.country === null ? null : { country: signIn.country },
    },
    outcome: { result: "SUCCESS" },
    transaction: { type: "WEB", id: `t-${index}` },
    debugContext: { debugData: {} },
  };
}

function entra(signIn: SignIn, index: number): unknown {
  return {
    time: timeOf(signIn),
    operationName: "Sign-in activity",
    category: "SignInLogs",
    tenantId: "tenant",
    resultType: "0",
    properties: {
      id: `s-${index}`,
      createdDateTime: timeOf(signIn),
      userPrincipalName: signIn.account,
      appDisplayName: "Portal",
      ipAddress: "192.0.2.1",
      status: { errorCode: 0 },
      location: signIn.country === null ? {} : { countryOrRegion: signIn.country },
    },
  };
}

/** The third is new to an account that is known; the others are its usual one, too early, without one, or another account's. */
const SIGN_INS: readonly SignIn[] = [
  { day: 1, account: "ann@example.com", country: "IN" },
  { day: 2, account: "ann@example.com", country: "IN" },
  { day: 3, account: "ann@example.com", country: "BR" },
  { day: 4, account: "ann@example.com", country: "BR" },
  { day: 4, account: "ann@example.com", country: null },
  { day: 5, account: "bob@example.com", country: "BR" },
  { day: 5, account: "bob@example.com", country: "IN" },
];

test.each([
  ["Okta", "okta", "assay_new_country_okta", okta],
  ["Entra ID", "entra", "assay_new_country_entra", entra],
])(
  "of %s, the first sign-in of a known account from another country fires, and no other",
  async (_, source, name, record) => {
    const rule = readRules(PACK).rules.find((candidate) => candidate.name === name);
    const open = await caseWithRecords(SIGN_INS.map(record), source);
    try {
      await open.run([rule?.text ?? ""]);
      expect(await open.hits(rule?.id ?? "")).toEqual([2]);
    } finally {
      await open.close();
    }
  },
);
