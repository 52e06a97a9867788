import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { textOf } from "../../../core/casefile/row.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { readCard } from "../../../core/identity/card.ts";
import { readHandovers } from "../../../core/identity/handovers.ts";
import { numbersSql, readEvidence, readLinks } from "../../../core/identity/link-table.ts";
import { principalsOfEvent } from "../../../core/identity/of-event.ts";
import { readPrincipals } from "../../../core/identity/principal-table.ts";
import { prepareReach } from "../../../core/identity/reach.ts";
import { resolveIdentities } from "../../../core/identity/resolve.ts";
import { rulesOf } from "../../../core/identity/rules/registry.ts";
import { SOURCES } from "../../../core/sources/registry.ts";
import { ResultSets } from "../../../core/timeline/result-sets.ts";
import { questionOf } from "./question.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";
import { hasShared, sharedPath } from "../../support/shared.ts";

const INVICTUS = resolve(import.meta.dirname, "../../../../shared/data/cloudtrail-invictus");

describe.skipIf(!hasShared("data/cloudtrail-invictus"))(
  "one hour of a real exercise (needs ../shared/data/cloudtrail-invictus)",
  () => {
    let bench: CaseBench;
    let results: ResultSets;
    beforeAll(async () => {
      bench = await caseBench("invictus.assay");
      await importEvidence(bench.session, INVICTUS);
      await resolveIdentities(bench.session.caseFile);
      results = new ResultSets(bench.session.caseFile);
    });
    afterAll(() => bench.remove());

    /** Events of role sessions among the evidence of a rule's links. */
    async function roleEventsOf(rule: string): Promise<ReadonlySet<number>> {
      const { caseFile } = bench.session;
      const links = await readLinks(caseFile, sql`l.rule = ${rule}`, 10_000);
      const evidence = await readEvidence(caseFile, sql`link IN (${numbersSql(links.map(({ number }) => number))})`);
      const rows = await caseFile.query(sql`SELECT seq FROM event WHERE principal_kind = 'AssumedRole'`);
      const roleEvents = new Set(rows.map((row) => Number(row["seq"])));
      return new Set([...evidence.values()].flat().filter((seq) => roleEvents.has(seq)));
    }

    test("all 76 events of role sessions lead to the call that issued the session: 70 by key, 6 by role id", async () => {
      const byKey = await roleEventsOf("1");
      const byRole = await roleEventsOf("2");
      expect([byKey.size, byRole.size, new Set([...byKey, ...byRole]).size]).toEqual([70, 6, 76]);
    });

    test("the 122 keys of sessions of users are grouped by account and login", async () => {
      const rows = await bench.session.caseFile.query(
        sql`SELECT g.label, g.kind, count(*) AS keys FROM identity_link l JOIN identity_node g ON g.node = l.giver
            WHERE l.rule = '19' GROUP BY g.label, g.kind ORDER BY g.label`,
      );
      expect(rows.reduce((sum, row) => sum + Number(row["keys"]), 0)).toBe(122);
      expect(
        rows.filter((row) => textOf(row, "kind") === "console-session").map((row) => textOf(row, "label")),
      ).toEqual(["benjamin, 2023-07-10T11:42:31Z", "bert-jan, 2023-07-10T12:13:16Z", "bert-jan, 2023-07-10T12:27:45Z"]);
    });

    test("a console session is tied to the sign-in of the same second", async () => {
      const [login] = await readLinks(bench.session.caseFile, sql`l.rule = '18'`, 10);
      expect(login?.link.from.label).toBe("bert-jan");
      expect(login?.link.to.label).toBe("bert-jan, 2023-07-10T12:27:45Z");
    });

    test("the card behind a DeleteTrail leads back to its key, its account and the sign-in", async () => {
      const { caseFile } = bench.session;
      const [row] = await caseFile.query(sql`SELECT min(seq) AS seq FROM event WHERE action = 'DeleteTrail'`);
      const principals = await principalsOfEvent(caseFile, Number(row?.["seq"]));
      expect(principals.map(({ kind, label }) => [kind, label])).toEqual([
        ["access-key", "AKIATFQR7NSC8Q4X20BJ"],
        ["user", "bert-jan"],
      ]);
      const card = await readCard(caseFile, principals[1]?.id ?? "");
      expect(card.signIns.map(({ action, outcome }) => [action, outcome])).toEqual([["ConsoleLogin", "success"]]);
      expect(card.handedOn.credentials).toEqual(["AKIATFQR7NSC8Q4X20BJ"]);
      expect(card.classes.find(({ name }) => name === "Logging, audit")).toMatchObject({ done: 12, refused: 7 });
      const key = await readCard(caseFile, principals[0]?.id ?? "");
      expect(key.cameFrom.map(({ label, link }) => [label, link?.rule])).toEqual([["bert-jan", "7"]]);
      expect(key.signIns).toEqual([]);
      expect(
        key.giverSignIns.map(({ label, signIns }) => [label, signIns.map(({ action, before }) => [action, before])]),
      ).toEqual([["bert-jan", [["ConsoleLogin", false]]]]);
    });

    test("a principal's events are those of every credential it held", async () => {
      const { caseFile } = bench.session;
      const { total } = await readPrincipals(caseFile, { text: "bert-jan", kinds: ["user"] }, 1);
      expect(total).toBe(1);
      const { matching } = await results.query(questionOf("identity:bert-jan"));
      const own = await results.query(questionOf("principal:*user/bert-jan"));
      expect([matching, own.matching]).toEqual([2689, 2641]);
    });

    test("a block of addresses is asked for where the log names services instead of addresses", async () => {
      // On the disk texts are a dictionary, which DuckDB transforms as a whole.
      await bench.session.caseFile.run(sql`CHECKPOINT`);
      expect((await results.query(questionOf("address:10.0.0.0/8"))).matching).toBe(372);
    });

    test("the blast radius of an account holds what its keys and the roles it made did from then on", async () => {
      const { caseFile } = bench.session;
      const since = "bert-jan@2023-07-10T12:20:00Z";
      await prepareReach(caseFile, since, undefined);
      const reached = await results.query(questionOf(`reach:"${since}"`));
      const before = await results.query(questionOf(`reach:"${since}" time:<2023-07-10T12:20:00Z`));
      expect(reached.matching).toBeGreaterThan(0);
      expect(before.matching).toBe(0);
    });

    test("power that went on is told from the record that gave it to the first act of who took it", async () => {
      const { caseFile } = bench.session;
      const rows = await caseFile.query(
        sql`SELECT DISTINCT principal FROM event WHERE principal <> '' ORDER BY principal`,
      );
      const handovers = await readHandovers(
        caseFile,
        rows.map((row) => textOf(row, "principal")),
      );
      expect(handovers.filter(({ inferred }) => !inferred).length).toBeGreaterThan(5);
      expect(handovers.filter(({ given, taken, from, to }) => taken < given || from === to)).toEqual([]);
      expect(handovers.map(({ given }) => given)).toEqual(handovers.map(({ given }) => given).toSorted(ascending));
      expect(await readHandovers(caseFile, [])).toEqual([]);
    });

    test("resolving again changes nothing", async () => {
      const { caseFile } = bench.session;
      const before = caseFile.revision;
      await resolveIdentities(caseFile);
      expect(caseFile.revision).toBe(before);
    });

    test("docs/identities.md says which rules no real record at hand gives occasion to", async () => {
      const { caseFile } = bench.session;
      await importEvidence(bench.session, sharedPath("data/events"));
      await resolveIdentities(caseFile);
      const stated = await caseFile.query(
        sql`SELECT e.source AS source, s.rule AS rule FROM event e JOIN identity_event v ON v.seq = e.seq
            JOIN (SELECT shape, rule FROM identity_claim UNION SELECT shape, rule FROM identity_link l
              JOIN identity_link_shape k ON k.link = l.link) s ON s.shape = v.shape GROUP BY ALL`,
      );
      const seen = new Set(stated.map((row) => `${textOf(row, "source")} ${textOf(row, "rule")}`));
      const lines = SOURCES.flatMap(({ name }) => {
        const { claims, meetings = [] } = rulesOf(name);
        const rules = [...new Set([...claims, ...meetings].map(({ rule }) => rule))];
        const unseen = rules.filter((rule) => !seen.has(`${name} ${rule}`)).toSorted(byNumber);
        if (rules.length === 0) return [];
        return [`- **${name}**: ${unseen.length === rules.length ? "all" : unseen.join(", ") || "none"}`];
      });
      const document = readFileSync(resolve(import.meta.dirname, "../../../docs/identities.md"), "utf8");
      const listed = /<!-- unseen: [^>]*-->\n([^]*?)\n<!-- \/unseen -->/.exec(document)?.[1]?.split("\n");
      expect(listed).toEqual(lines);
    });
  },
);

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
