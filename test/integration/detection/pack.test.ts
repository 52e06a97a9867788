import { afterEach, describe, expect, test } from "vitest";

import { readAlertEvents } from "../../../core/detection/fired-events.ts";
import { PACK } from "../../../core/detection/pack.ts";
import { readRules } from "../../../core/detection/read-rules.ts";
import { caseWithRecords, type DetectionCase } from "../../support/detection-case.ts";
import { DAY, EXAMPLES, ocsf } from "./pack-examples.ts";

const SHOWN_APART = ["assay_new_country_entra", "assay_new_country_okta", "assay_privilege_beside_gap"];

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
    // What needs a gap or the records of one source is shown in near-gaps.test.ts and new-country.test.ts.
    const shownApart = rules.flatMap((rule) =>
      rule.kind === "detection" && (rule.nearGap !== null || rule.logSource.product !== null) ? [rule.name] : [],
    );
    expect(shownApart.sort()).toEqual(SHOWN_APART);
    const alerting = names.filter(
      (name) => name !== null && (!steps.has(name) || generating.includes(name)) && !shownApart.includes(name),
    );
    expect(alerting.sort()).toEqual(Object.keys(EXAMPLES).sort());
    for (const [name, { fires, stays }] of Object.entries(EXAMPLES)) {
      expect([fires.length > 0, stays.length > 0], name).toEqual([true, true]);
    }
  });

  test("each that only others build on is part of one that has an example", () => {
    const shown = new Set([...Object.keys(EXAMPLES), ...SHOWN_APART].flatMap(withSteps));
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
