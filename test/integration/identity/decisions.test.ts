import { afterAll, beforeAll, expect, test } from "vitest";

import { redoAct, undoAct } from "../../../core/casefile/analyst-acts.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { decide } from "../../../core/identity/decide.ts";
import { readLinks } from "../../../core/identity/link-table.ts";
import { readPrincipals } from "../../../core/identity/principal-table.ts";
import { readIdentityState, resolveIdentities } from "../../../core/identity/resolve.ts";
import { type CaseBench } from "../casefile/import-support.ts";
import { caseOf } from "./question.ts";

/** Two accounts with the same address and program: nothing but a hint ties them. */
const record = (index: number, name: string) => ({
  class_uid: 6003,
  category_uid: 6,
  activity_id: 2,
  status_id: 1,
  time: 1_772_359_200_000 + index,
  metadata: { uid: String(index) },
  actor: { user: { uid: `u-${name}`, name } },
  api: { operation: "customers.list" },
  src_endpoint: { ip: "203.0.113.88" },
  http_request: { user_agent: "python-requests/2.32" },
});

let bench: CaseBench;
beforeAll(async () => {
  bench = await caseOf([record(1, "ada"), record(2, "bob"), record(3, "bob")]);
});
afterAll(() => bench.remove());

async function labels(): Promise<readonly string[]> {
  await resolveIdentities(bench.session.caseFile);
  const { principals } = await readPrincipals(bench.session.caseFile, { text: "", kinds: ["user"] }, 10);
  return principals.map(({ label, events }) => `${label} ${events}`);
}

async function hint(): Promise<string> {
  const [found] = await readLinks(bench.session.caseFile, sql`l.rule = '26'`, 1);
  return found?.link.id ?? "";
}

test("a weak link merges nothing until it is accepted; undo and redo follow, and the journal has all of it", async () => {
  expect(await labels()).toEqual(["bob 2", "ada 1"]);
  const { custody } = bench.session;
  const before = custody.length;
  await decide(bench.session, { verdict: "accept", link: await hint(), reason: "one program, no other reader" });
  expect((await readIdentityState(bench.session.caseFile)).current).toBe(false);
  expect(await labels()).toEqual(["ada 3"]);
  await undoAct(bench.session);
  expect(await labels()).toEqual(["bob 2", "ada 1"]);
  await redoAct(bench.session);
  expect(await labels()).toEqual(["ada 3"]);
  await undoAct(bench.session);
  const entries = await custody.entries(before, 10);
  expect(entries.map(({ action }) => action)).toEqual([
    "identity.link-accepted",
    "act.undone",
    "act.redone",
    "act.undone",
  ]);
  expect(entries[0]?.params).toMatchObject({ reason: "one program, no other reader" });
});

test("a rejected link stays, with its reason, and conveys nothing", async () => {
  await decide(bench.session, { verdict: "reject", link: await hint(), reason: "a shared jump host" });
  expect(await labels()).toEqual(["bob 2", "ada 1"]);
  const [found] = await readLinks(bench.session.caseFile, sql`l.rule = '26'`, 1);
  expect([found?.link.state, found?.link.reason]).toEqual(["rejected", "a shared jump host"]);
});

test("two identities are merged by hand, and a name is split off again", async () => {
  const { principals } = await readPrincipals(bench.session.caseFile, { text: "", kinds: ["user"] }, 10);
  const [one, two] = principals;
  await decide(bench.session, { verdict: "merge", name: one?.id ?? "", other: two?.id ?? "", reason: "one hand" });
  expect(await labels()).toEqual(["ada 3"]);
  await undoAct(bench.session);
  const [name] = await bench.session.caseFile.query(sql`SELECT ref FROM identity_node WHERE label = 'bob'`);
  await decide(bench.session, { verdict: "split", name: String(name?.["ref"]), reason: "the name was given again" });
  expect(await labels()).toEqual(["u-bob 2", "ada 1", "bob 0"]);
});

test("a decision without a reason, or about nothing of the case, is refused", async () => {
  await expect(decide(bench.session, { verdict: "reject", link: await hint(), reason: " " })).rejects.toMatchObject({
    code: "bad-decision",
  });
  await expect(decide(bench.session, { verdict: "accept", link: "L-0", reason: "x" })).rejects.toMatchObject({
    code: "no-such-link",
  });
});
