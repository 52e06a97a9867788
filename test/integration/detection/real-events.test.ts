import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { FIELD_MAPS } from "../../../core/detection/field-maps.ts";
import { readRules } from "../../../core/detection/read-rules.ts";
import { type LogSource } from "../../../core/detection/rule.ts";
import { caseWithEvidence, type DetectionCase } from "../../support/detection-case.ts";
import { hasShared, listShared, readShared, sharedPath } from "../../support/shared.ts";

const EVENTS = "data/events";
const RULES = "rules/sigmahq";

/** For each log source: fields that published rules or the map name and no real record has a value for, and why. */
const ABSENT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "aws/cloudtrail": {
    "requestParameters.containerDefinitions.command": "no record registers a task definition",
    "requestParameters.enable": "no record updates a GuardDuty detector",
    "requestParameters.layers": "the records that attach a layer name it in the response alone",
    status: "CloudTrail has no such member: a call that succeeded has no errorCode",
  },
  "azure/activitylogs": {
    ResourceProviderValue: "a record of a diagnostic setting names the provider only as a part of its resourceId",
  },
  "azure/auditlogs": {
    "ConsentContext.IsAdminConsent": "the name of a modified property, whose value no path can choose",
  },
  "azure/signinlogs": {
    "DeviceDetail.isCompliant": "no record tells of a managed device",
    "DeviceDetail.trusttype": "no record tells of a joined or registered device",
  },
  "azure/pim": { riskEventType: "no record is a risk detection" },
  "azure/riskdetection": { riskEventType: "no record is a risk detection" },
};

/** Log sources whose records are not among the real events. */
const WITHOUT_RECORDS = [
  "bitbucket/audit",
  "m365/audit",
  "m365/exchange",
  "m365/threat_detection",
  "m365/threat_management",
];

function nameOf({ product, service }: LogSource): string {
  return `${product}/${service}`;
}

/** A rule that looks at every field of a map, so that those are told of, too, that no published rule looks at. */
function everyField(map: (typeof FIELD_MAPS)[number]): readonly string[] {
  const fields = Object.keys(map.names ?? {});
  if (fields.length === 0) return [];
  const { product, service } = map.logSource;
  const selection = fields.map((field) => `    ${JSON.stringify(field)}: x`).join("\n");
  return [
    `title: t\nid: t\nlogsource:\n  product: ${product}\n  service: ${service}\ndetection:\n  selection:\n${selection}\n  condition: selection\n`,
  ];
}

// Published records and rules lie beside the checkout on machines that have them.
describe.skipIf(!hasShared(EVENTS) || !hasShared(RULES))("published rules over real events", () => {
  const { rules } = readRules(
    listShared(RULES)
      .filter((path) => path.endsWith(".yml"))
      .map((file) => ({ file, text: readShared(join(RULES, file)).toString("utf8") })),
  );
  let open: DetectionCase | undefined;
  beforeAll(async () => {
    const [first = "", ...others] = listShared(EVENTS).filter((name) => name.endsWith(".jsonl"));
    const folder = await mkdtemp(join(tmpdir(), "assay-real-events-"));
    open = await caseWithEvidence(folder, sharedPath(join(EVENTS, first)));
    for (const name of others) await importEvidence(open.session, sharedPath(join(EVENTS, name)));
  }, 120_000);
  afterAll(() => open?.close());

  test.each(FIELD_MAPS.map((map) => [nameOf(map.logSource), map] as const))(
    "every field of %s has a value in some record, except those listed",
    async (name, map) => {
      const published = rules.filter((rule) => rule.kind === "detection" && nameOf(rule.logSource) === name);
      const state = await open?.run([...published.map(({ text }) => text), ...everyField(map)]);
      expect(state?.rules.rejected).toEqual([]);
      expect(state?.rules.unrouted === state?.rules.compiled).toBe(WITHOUT_RECORDS.includes(name));
      expect(state?.rules.unmappedFields).toEqual(Object.keys(ABSENT[name] ?? {}).sort());
    },
    60_000,
  );
});
