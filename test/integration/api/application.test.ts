import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel, type MessagePort } from "node:worker_threads";

import { afterAll, beforeAll, expect, test } from "vitest";

import { connect, type Client } from "../../../core/api/client.ts";
import { createHandlers, type Application } from "../../../core/api/handlers.ts";
import { type Port } from "../../../core/api/port.ts";
import { serve } from "../../../core/api/server.ts";
import { NO_KEY_STORE } from "../../../core/casefile/key-store.ts";
import { type Progress } from "../../../core/model/progress.ts";

const SAMPLES = join(import.meta.dirname, "../../../samples/bundles");
const SAMPLE = join(SAMPLES, "marrowbridge-audit.zip");

let folder: string;
let application: Application;
let client: Client;
const grants = new Map<string, string>();
let granted = 0;

/** What a dialog would do: a grant that stands for a path once. */
function grant(path: string): string {
  granted += 1;
  const id = `grant-${granted}`;
  grants.set(id, path);
  return id;
}

function adapt(port: MessagePort): Port {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on("message", listener),
    onClose: (listener) => void port.on("close", listener),
  };
}

/** An application on its own home, and a client that speaks to it over a port. */
function start(home: string): { readonly application: Application; readonly client: Client } {
  const started = createHandlers({
    resolveGrant: (id) => {
      const path = grants.get(id);
      grants.delete(id);
      return path === undefined ? undefined : { path };
    },
    home,
    version: "0.0.0-test",
    build: "development",
    sampleDirectory: SAMPLES,
    keyStore: NO_KEY_STORE,
  });
  const { port1, port2 } = new MessageChannel();
  const emit = serve(adapt(port2), started.handlers, (fault) => {
    throw fault;
  });
  started.subscribe(emit);
  return { application: started, client: connect(adapt(port1)) };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-api-"));
  ({ application, client } = start(join(folder, "home")));
});

afterAll(async () => {
  await application.close();
  await rm(folder, { recursive: true, force: true });
});

test("without a case, what needs one says so", async () => {
  await expect(client.call("timeline.gaps", undefined)).rejects.toMatchObject({ code: "no-case-open" });
  const home = await client.call("home.read", undefined);
  expect(home).toMatchObject({ recent: [], pinned: [], examiner: { state: "absent" } });
});

test("the sample opens with both bundles, each judged, and progress tells checks and records", async () => {
  const phases = new Set<string>();
  const state = await client.call(
    "case.openSample",
    { reset: false },
    { onProgress: ({ phase }) => phases.add(phase) },
  );
  expect(state.exhibits.map(({ verdict }) => verdict)).toEqual(["verified", "altered"]);
  expect(state).toMatchObject({ verdict: "altered", events: 2 * 49_166 - 256, custody: { endorsed: true } });
  expect(phases.size).toBeGreaterThan(1);
  const { recent } = await client.call("home.read", undefined);
  expect(recent).toMatchObject([{ verdict: "altered", events: state.events }]);
}, 120_000);

test("a case that cannot be opened leaves the one that is open", async () => {
  const before = await client.call("case.read", undefined);
  const missing = { grant: grant(join(folder, "missing.assay")) };
  await expect(client.call("case.open", missing)).rejects.toMatchObject({ code: "no-case" });
  expect(await client.call("case.read", undefined)).toMatchObject({ label: before.label, events: before.events });
});

test("the open case is opened again through a link, and remembered once", async () => {
  const link = join(folder, "link");
  await symlink(join(folder, "home", "samples", "Marrowbridge sample.assay"), link);
  const { label } = await client.call("case.open", { grant: grant(link) });
  const { recent } = await client.call("home.read", undefined);
  expect([label, ...recent.map((item) => item.label)]).toEqual(Array(2).fill("Marrowbridge sample.assay"));
});

test("a report and identities that are asked for at once read each record once", async () => {
  const phases = new Set<string>();
  const heard = { onProgress: ({ phase }: Progress) => void phases.add(phase) };
  await Promise.all([
    client.call("report.preview", undefined, heard),
    client.call("report.preview", undefined, heard),
    client.call("identity.resolve", undefined, heard),
  ]);
  const { principals } = await client.call("identity.list", { text: "svc-web", scope: "accounts" });
  const question = { query: "identity:svc-web", from: null, to: null, logRecords: false, copies: true };
  const { matching } = await client.call("timeline.query", question);
  expect(principals.map(({ events }) => events)).toEqual([matching]);
  expect(phases).toContain("reading identities of X-1");
}, 60_000);

test.each([
  ["outcome:denied", false],
  ["session:s-6188 OR verdict:altered", true],
  ["source:ocsf -outcome:success", false],
])("grid, strip, lanes, facets and export of %s agree", async (query, logRecords) => {
  const question = { query, pins: ["time:*"], from: null, to: null, logRecords, copies: false };
  const { resultId, matching } = await client.call("timeline.query", question);
  const bounds = { resultId, from: null, to: null, buckets: 97 };
  const rows = await client.call("timeline.rows", { resultId, start: 0, count: 1_000 });
  const strip = await client.call("timeline.histogram", bounds);
  const { lanes } = await client.call("timeline.lanes", { ...bounds, by: "source", lanes: 40 });
  const facets = await client.call("timeline.facets", { resultId });
  const sources = facets.find(({ field }) => field === "source")?.values ?? [];
  const target = join(folder, `agree-${granted}.csv`);
  const { files } = await client.call("export.write", { ...question, grant: grant(target), format: "csv" });
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  expect(matching).toBeGreaterThan(0);
  expect(rows).toHaveLength(Math.min(1_000, matching));
  expect(sum(strip.matching)).toBe(matching);
  expect(sum(lanes.map(({ events }) => events))).toBe(matching);
  expect(sum(sources.map(({ count }) => count))).toBe(matching);
  expect(files.map((file) => file.rows)).toEqual([matching]);
});

test("a query enters the diary once, with what it found", async () => {
  const question = { query: "action:audit.settings.update", from: null, to: null, logRecords: false, copies: true };
  const heard: { readonly entries: number; readonly head: string }[] = [];
  const stop = client.on("custody.appended", (added) => heard.push(added));
  const { resultId, matching } = await client.call("timeline.query", question);
  await client.call("timeline.query", question);
  stop();
  const rows = await client.call("timeline.rows", { resultId, start: 0, count: matching });
  const seqs = rows.map(({ seq }) => `${seq}\n`).join("");
  const { entries } = await client.call("custody.list", { start: 0, count: 1_000 });
  const runs = entries.filter(({ action, params }) => action === "query.run" && params?.["query"] === question.query);
  const sha256 = createHash("sha256").update(seqs).digest("hex");
  expect(runs.map(({ result }) => result)).toEqual([{ matching, sha256 }]);
  const { custody } = await client.call("case.read", undefined);
  expect(heard).toEqual([{ entries: custody.entries, head: custody.head }]);
});

test("an event is shown with its record, and its proof is walked again when asked", async () => {
  const detail = await client.call("event.read", { seq: 17_844 });
  expect(detail.row).toMatchObject({ exhibit: "X-1", principal: "svc-reports", action: "audit.settings.update" });
  expect(JSON.parse(detail.raw)).toMatchObject({ class_uid: expect.any(Number) as number });
  const proof = await client.call("event.prove", { seq: 17_844 });
  expect(proof).toMatchObject({ verdict: "verified", leafIndex: 17_844 });
  await expect(client.call("event.read", { seq: 9_000_000 })).rejects.toMatchObject({ code: "no-such-event" });
});

test("a bundle whose key is taken back can no longer be verified; pinned again, it can", async () => {
  const vkey = (await readFile(join(SAMPLES, "marrowbridge-audit.vkey"), "utf8")).trim();
  await client.call("trust.remove", { ref: vkey, reason: "tried" });
  expect(await client.call("evidence.reverify", { exhibit: "X-1" })).toMatchObject({ verdict: "not-verifiable" });
  const rows = await client.call("timeline.query", {
    query: "exhibit:X-1 verdict:not-verifiable",
    from: null,
    to: null,
    logRecords: true,
    copies: true,
  });
  expect(rows.matching).toBe(49_166);
  await client.call("trust.pin", { key: vkey, reason: "read out by the owner" });
  expect(await client.call("evidence.reverify", { exhibit: "X-1" })).toMatchObject({ verdict: "verified" });
  expect((await client.call("case.read", undefined)).exhibits[0]?.verdict).toBe("verified");
}, 60_000);

test("a finding that cites events becomes a signed package", async () => {
  const finding = await client.call("finding.add", {
    finding: {
      title: "Audit settings",
      statement: "The log attributes a change of the audit settings to svc-reports.",
      class: "fact",
      events: [17_844],
      basis: "the record itself",
      uncertainty: "the recorded time is the gateway's",
      propositions: [],
      alternatives: [],
      strength: "",
    },
  });
  expect(finding).toMatchObject({ id: "F-0001", citations: [{ seq: 17_844, exhibitItem: "EX-00001" }] });
  const preview = await client.call("report.preview", undefined);
  expect(preview.sections.map(({ number }) => number)).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
  const target = join(folder, "package");
  const exported = await client.call("report.export", { grant: grant(target), final: false, wordingKept: null });
  expect(exported.draft).toBe(true);
  const sums = await readFile(join(target, "SHA256SUMS"), "utf8");
  expect(sums).toContain("exhibits/EX-00001.tlog-proof");
}, 60_000);

test("the diary tells it all and holds", async () => {
  const { entries, total } = await client.call("custody.list", { start: 0, count: 1_000 });
  const actions = new Set(entries.map(({ action }) => action));
  expect(entries).toHaveLength(total);
  for (const action of ["exhibit.imported", "bundle.re-verified", "finding.created", "package.exported"]) {
    expect(actions).toContain(action);
  }
  expect(await client.call("custody.verify", undefined)).toMatchObject({ verdict: "verified", entries: total });
});

test("a grant is good once", async () => {
  const once = grant(SAMPLE);
  expect(await client.call("evidence.verify", { grant: once })).toMatchObject({ verdict: "verified" });
  await expect(client.call("evidence.verify", { grant: once })).rejects.toMatchObject({ code: "grant-unknown" });
}, 30_000);

test("the signed states that were seen are written out as they were signed", async () => {
  const [state, ...more] = await client.call("anchors.list", undefined);
  const exported = join(folder, "signed-states");
  expect(await client.call("anchors.export", { grant: grant(exported) })).toEqual({ files: more.length + 1 });
  const name = `000001-${state?.position ?? 0}.note`;
  expect(await readFile(join(exported, name), "utf8")).toBe(state?.signed);
});

test("an original that moved cannot be verified again, and the case stays as it was", async () => {
  const original = join(folder, "moved", "audit.zip");
  await mkdir(join(folder, "moved"));
  await copyFile(SAMPLE, original);
  await client.call("case.create", { grant: grant(join(folder, "moved.assay")) });
  await client.call("evidence.import", { grant: grant(original) });
  await rm(original);
  await expect(client.call("evidence.reverify", { exhibit: "X-1" })).rejects.toMatchObject({
    code: "original-missing",
  });
  expect((await client.call("case.read", undefined)).verdict).toBe("verified");
}, 60_000);

test("a cancelled import leaves the case as it was", async () => {
  await client.call("case.create", { grant: grant(join(folder, "cancelled.assay")) });
  const controller = new AbortController();
  const importing = client.call(
    "evidence.import",
    { grant: grant(SAMPLE) },
    { signal: controller.signal, onProgress: () => controller.abort() },
  );
  await expect(importing).rejects.toThrow();
  await expect
    .poll(async () => (await client.call("custody.list", { start: 0, count: 100 })).entries.map(({ action }) => action))
    .toContain("exhibit.import-cancelled");
  expect(await client.call("case.read", undefined)).toMatchObject({ events: 0, exhibits: [] });
}, 60_000);

test("a case that is closed while it imports stops the import, and its journal says so before it ends", async () => {
  const root = join(folder, "closed.assay");
  await client.call("case.create", { grant: grant(root) });
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const importing = client.call("evidence.import", { grant: grant(SAMPLE) }, { onProgress: () => begin() });
  const stopped = expect(importing).rejects.toMatchObject({ code: "cancelled" });
  await begun;
  await client.call("case.close", undefined);
  await stopped;
  const journal = await readFile(join(root, "custody.jsonl"), "utf8");
  const actions = [...journal.matchAll(/\\"action\\":\\"([a-z.-]+)\\"/g)].map(([, action]) => action);
  expect(actions.slice(-2)).toEqual(["exhibit.import-cancelled", "case.closed"]);
}, 60_000);

test("the sample is remembered as a recent case, by name and not by path", async () => {
  const home = await client.call("home.read", undefined);
  expect(home.recent.map(({ label }) => label)).toContain("Marrowbridge sample.assay");
  expect(JSON.stringify(home.recent)).not.toContain(folder);
});

test("a case opened while the examiner key is locked is endorsed once the key is unlocked", async () => {
  const home = join(folder, "locked-home");
  const first = start(home);
  await first.client.call("examiner.create", { name: "E. Xaminer", passphrase: "four words of it" });
  await first.application.close();
  const { client: later, application: second } = start(home);
  expect((await later.call("home.read", undefined)).examiner.state).toBe("locked");
  const opened = await later.call("case.create", { grant: grant(join(folder, "locked.assay")) });
  expect(opened.custody.endorsed).toBe(false);
  await expect(
    later.call("report.export", { grant: grant(join(folder, "no")), final: false, wordingKept: null }),
  ).rejects.toMatchObject({
    code: "examiner-key-locked",
  });
  await expect(later.call("examiner.unlock", { passphrase: "wrong" })).rejects.toMatchObject({
    code: "passphrase-wrong",
  });
  expect((await later.call("examiner.unlock", { passphrase: "four words of it" })).state).toBe("ready");
  expect((await later.call("case.read", undefined)).custody.endorsed).toBe(true);
  await second.close();
}, 60_000);
