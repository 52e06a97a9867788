// Every act that a journal can name is done once, through what the windows ask of the application; each entry has exactly the
// members of its kind. A new act without a line here does not compile, and one that nobody does fails.
import { spawnSync } from "node:child_process";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { DEFAULT_LIMITS } from "../../../core/bundle/container.ts";
import { readCustodyEntries } from "../../../core/casefile/custody-verify.ts";
import { openSession } from "../../../core/casefile/case-session.ts";
import { importEvidence } from "../../../core/casefile/import.ts";
import { EMPTY_CASE_DETAILS } from "../../../core/model/case-details.ts";
import { CUSTODY_ACTIONS, type CustodyAction } from "../../../core/model/custody-actions.ts";
import { type CustodyEntry } from "../../../core/model/custody.ts";
import { startApplication, type TestApplication } from "../../support/application.ts";
import { interruptImport } from "../../support/interrupted-import.ts";
import { inTemporaryFolder, openTestJournal, testClock } from "../../support/custody-fixture.ts";
import { KEY_STORE } from "../../support/key-store.ts";
import { giveOlderSchema } from "../../support/older-case.ts";
import { formatVerifierKey } from "../../../core/signing/verifier-key.ts";
import { testKey } from "../../support/sealed-bundle.ts";
import { hasOpenssl } from "../../support/time-authority.ts";

/** The members that an entry of each act has; `object.id,label` are two of its `object`. */
const MEMBERS: Readonly<Record<CustodyAction, string>> = {
  "case.created": "object.id,label",
  "case.opened": "object.id,label",
  "case.closed": "",
  "case.details-set": "object.id params.fields",
  "case.detection-set": "params.onImport",
  "case.migrated": "object.id params.from,to",
  "session.opened": "params.certificate,endorsement,publicKey",
  "exhibit.imported": "object.bytes,id,label,sha256 params.score,source result.events,problems,records,undated,verdict",
  "exhibit.import-repeated": "object.bytes,id,label,sha256 note",
  "exhibit.import-resumed": "object.id,label result.files,records",
  "exhibit.import-discarded": "object.id,label result.files,records note",
  "exhibit.import-cancelled": "object.bytes,id,label,sha256 result.code note",
  "exhibit.import-failed": "object.id,label result.code note",
  "bundle.re-verified": "object.bytes,id,label,sha256 result.before,match,sha256,verdict",
  "limits.raised": "object.id,label note",
  "key.pinned": "object.id,label params.kind note",
  "key.unpinned": "object.id,label params.kind note",
  "key.created": "object.id,sha256",
  "key.imported": "object.id,label,sha256",
  "key.rotated": "object.id,sha256 params.at,from,signature,to note",
  "key.changed": "object.id,sha256 params.from",
  "key.passphrase-changed": "object.id params.passphrase",
  "key.lost": "object.id,sha256 params.from note",
  "key.compromised": "object.id,sha256 params.from note",
  "key.wrapped": "object.id",
  "key.unwrapped": "object.id",
  "query.run": "params.from,query,to result.matching,sha256",
  "triage.marked": "params.act,events,mark,seqs",
  "triage.tagged": "params.act,events,seqs,tag",
  "triage.untagged": "params.act,events,seqs,tag",
  "triage.commented": "params.act,seqs,text",
  "triage.comment-removed": "params.act,seqs,text",
  "triage.flagged": "params.act,label,seq,time",
  "triage.flag-removed": "params.act,flag",
  "activity.made": "params.act,confidence,events,name,note,seqs,technique",
  "activity.changed": "params.act,activity,confidence,name,note,technique",
  "activity.dissolved": "params.act,activity",
  "view.saved": "params.act,content,name",
  "view.removed": "params.act,name",
  "clock.offset-set": "object.id params.act,anchors,method,nanoseconds",
  "replay.frame-added": "params.act,seqs",
  "replay.frame-removed": "params.act,seqs",
  "identity.link-accepted": "object.id,label params.act,reason,subject",
  "identity.link-rejected": "object.id,label params.act,reason,subject",
  "identity.split": "object.id,label params.act,reason,subject",
  "identity.merged": "object.id,label params.act,other,reason,subject",
  "rules.kept": "params.act,files,first",
  "rule.muted": "object.id,label params.act,reason",
  "rule.unmuted": "object.id,label params.act,reason",
  "act.undone": "params.act,action,label",
  "act.redone": "params.act,action,label",
  "rules.run": "params.compiled,filterReading,rejected result.alerts,matches",
  "self-test.run": "object.id,label result.cases,seconds,wrong",
  "finding.created":
    "object.id params.alternatives,basis,class,contradicting,propositions,statement,strength,title,uncertainty result.items",
  "finding.edited":
    "object.id params.alternatives,basis,class,contradicting,propositions,statement,strength,title,uncertainty result.items",
  "finding.withdrawn": "object.id params.reason",
  "exhibit.added": "object.bytes,id,label,sha256 params.finding,line,offset,seq result.leafHash,verdict",
  "exhibit.removed": "object.id,sha256 params.finding",
  "wording.kept": "params.phrases note",
  "report.assembled": "object.id,label result.draft,exhibitIndexSha256,findingsSha256,verificationSha256",
  "report.rendered": "object.bytes,id,label,sha256",
  "report.signed": "object.bytes,id,label,sha256 params.key result.annexes",
  "package.exported": "object.id,label,sha256 result.draft,files,redactions,sumsCmsSha256",
  "package.redacted": "object.id,label,sha256 result.draft,files,redactions,sumsCmsSha256",
  "events.exported": "object.bytes,id,label,sha256 params.format,query result.files,manifest,rows,undated",
  "custody.exported": "object.bytes,id,label,sha256 params.format result.files,manifest,rows,undated",
  "replay.exported": "object.bytes,id,label,sha256 result.steps",
  "verification.saved": "object.bytes,id,label,sha256",
  "export.written": "object.bytes,id,label,sha256",
  "note.added": "object.id note",
  "review.done": "object.id params.person note",
  handover: "object.id params.person note",
  "clock.jump": "params.jumpMs note",
  "app.recovered": "params.afterSeq note",
  "journal.gap": "params.bytes,name,sha256 note",
  "journal.altered": "result.findings,first",
};

/** Minutes, and a disk that is full (test/integration/cli/trouble.test.ts). */
const EXHAUSTIVE = process.env["ASSAY_EXHAUSTIVE"] === "1";
const ELSEWHERE: readonly CustodyAction[] = [
  "exhibit.import-resumed",
  ...(EXHAUSTIVE ? [] : (["self-test.run"] as const)),
];

const SESSION = { endorser: null, actorName: "test", app: { version: "0", build: "test" } };
const DRAFT = {
  title: "A read",
  statement: "This clearly proves the read.",
  class: "fact" as const,
  basis: "the record",
  uncertainty: "the clock",
  propositions: [],
  alternatives: [],
  strength: "" as const,
};
const RULE = `title: Anything
id: 6f2f1c8e-0d9b-4d0e-9d0a-0a3a5a6a7a8a
status: test
logsource:
  category: api_activity
detection:
  selection:
    action: "customers.list"
  condition: selection
level: low
`;

/** Events of three accounts; two of them share an address and a program, which makes a hint of a link. */
const record = (index: number, name: string) => ({
  class_uid: 6003,
  category_uid: 6,
  activity_id: 2,
  status_id: 1,
  time: 1_772_359_200_000 + index * 1_000,
  metadata: { uid: String(index), version: "1.3.0" },
  actor: { user: { uid: `u-${name}`, name } },
  api: { operation: "customers.list" },
  src_endpoint: { ip: "203.0.113.88" },
  http_request: { user_agent: "python-requests/2.32" },
});
const lines = (...names: readonly string[]): string =>
  names.map((name, index) => `${JSON.stringify(record(index, name))}\n`).join("");

function membersOf(entry: CustodyEntry): string {
  const parts = (["object", "params", "result"] as const).flatMap((part) =>
    entry[part] ? [`${part}.${Object.keys(entry[part]).sort().join(",")}`] : [],
  );
  return [...parts, ...(entry.note === undefined ? [] : ["note"])].join(" ");
}

test.skipIf(!hasOpenssl)(
  "every act is an entry with the members of its kind (skipped without openssl)",
  async () => {
    await inTemporaryFolder(async (folder) => {
      const entries = readCustodyEntries(await readFile(join(await doEverything(folder), "custody.jsonl")));
      const done = new Set(entries.map(({ action }) => action));
      expect(CUSTODY_ACTIONS.filter((action) => !done.has(action))).toEqual(ELSEWHERE);
      const known: ReadonlyMap<string, string> = new Map(Object.entries(MEMBERS));
      for (const entry of entries) {
        expect([entry.action, membersOf(entry)]).toEqual([entry.action, known.get(entry.action)]);
      }
      const again = entries.filter(({ action }) => action === "bundle.re-verified");
      expect(again.map(({ result }) => result?.["match"])).toEqual([true, false]);
    });
  },
  60_000,
);

/** Does every act on one case. @returns its folder. */
async function doEverything(folder: string): Promise<string> {
  const at = (name: string): string => join(folder, name);
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(at(name), text);
    return at(name);
  };
  const root = at("a.assay");
  let app = startApplication(at("home"), { keyStore: KEY_STORE });
  const call: TestApplication["client"]["call"] = (...asked) => app.client.call(...asked);
  const grant = (path: string): string => app.grant(path);
  const again = async (between: () => Promise<void>): Promise<void> => {
    await app.close();
    await between();
    app = startApplication(at("home"), { keyStore: KEY_STORE });
    await call("case.open", { grant: grant(root) });
  };

  await call("case.create", { grant: grant(root) });
  await call("case.setDetails", { details: { ...EMPTY_CASE_DETAILS, title: "Gateway" } });
  await call("detection.setOnImport", { on: false });

  // Evidence: received, repeated, refused, cancelled, verified again, saved, and received with raised limits.
  const log = await file("log.jsonl", lines("ada", "bob", "bob", "cleo"));
  await call("evidence.import", { grant: grant(log) });
  await call("evidence.import", { grant: grant(log) });
  await expect(call("evidence.import", { grant: grant(await file("empty.jsonl", "")) })).rejects.toThrow();
  const cancelled = new AbortController();
  const other = await file("other.jsonl", lines("dora", "emil"));
  const cut = call(
    "evidence.import",
    { grant: grant(other) },
    { signal: cancelled.signal, onProgress: () => cancelled.abort() },
  );
  await expect(cut).rejects.toThrow();
  await call("evidence.reverify", { exhibit: "X-1" });
  const original = await readFile(log);
  await writeFile(log, lines("ada"));
  await expect(call("evidence.reverify", { exhibit: "X-1" })).rejects.toMatchObject({ code: "original-changed" });
  await writeFile(log, original);
  await call("evidence.saveReport", { exhibit: "X-1", grant: grant(at("verification.json")) });
  await again(async () => {
    const session = await openSession(root, SESSION);
    await importEvidence(session, other, { limits: { ...DEFAULT_LIMITS, maxRatio: 2_000 } });
    await interruptImport(session.caseFile, { label: "log.jsonl", path: log });
    await session.close();
  });
  expect(await call("import.interrupted", undefined)).toMatchObject({
    exhibit: "X-3",
    label: "log.jsonl",
    present: true,
  });
  await call("import.discard", undefined);
  expect(await call("import.interrupted", undefined)).toBeNull();

  // Keys of others.
  const vkey = formatVerifierKey(testKey().verifier);
  await call("trust.pin", { key: vkey, reason: "read out by the owner" });
  await call("trust.remove", { ref: vkey, reason: "tried" });

  // What the analyst asks and does.
  const none = { from: null, to: null };
  const { resultId } = await call("timeline.query", {
    query: "action:customers.list",
    ...none,
    logRecords: false,
    copies: false,
  });
  expect(await call("timeline.rows", { resultId, start: 0, count: 10 })).not.toEqual([]);
  const target = { seqs: [0, 1] };
  await call("triage.mark", { target, mark: "keep" });
  await call("triage.tag", { target, tag: "exfiltration", present: true });
  await call("triage.tag", { target, tag: "exfiltration", present: false });
  await call("triage.comment", { seq: 0, text: "who is this?" });
  await call("triage.comment", { seq: 0, text: "" });
  await call("flag.set", { time: 1_772_359_200_000_000_000n, seq: 0, label: "first" });
  const [flag] = await call("flag.list", undefined);
  await call("flag.remove", { id: flag?.id ?? 0 });
  const activity = { name: "Listing", technique: "", confidence: "likely" as const, note: "" };
  const { id } = await call("activity.make", { target, activity });
  await call("activity.change", { id, activity: { ...activity, name: "Listing all" } });
  await call("activity.dissolve", { id });
  await call("view.save", { name: "mine", content: "{}" });
  await call("view.remove", { name: "mine" });
  await call("clock.set", { exhibit: "X-1", nanoseconds: 1_000_000_000n, method: "one pair", anchors: [[0, 1]] });
  await call("replay.frame", { seq: 0, present: true });
  await call("replay.frame", { seq: 0, present: false });
  await call("act.undo", undefined);
  await call("act.redo", undefined);
  await decideOnIdentities(app);

  // Rules and the self-test.
  await call("detection.saveRules", { file: "own.yml", text: RULE });
  const [hits] = (await call("detection.run", undefined)).hits;
  const rule = hits?.rule ?? "";
  await call("detection.mute", { rule, reason: "known" });
  await call("detection.mute", { rule, reason: "" });
  if (EXHAUSTIVE) await call("selfTest.run", undefined);

  // Findings and what is given to others.
  await call("finding.add", { finding: { ...DRAFT, events: [0, 1] } });
  await call("finding.update", { id: "F-0001", finding: { ...DRAFT, events: [0] } });
  await call("finding.add", { finding: { ...DRAFT, events: [2] } });
  await call("finding.withdraw", { id: "F-0002", reason: "said twice" });
  const report = { final: false, wordingKept: "quoted from the question" };
  await call("report.export", { grant: grant(at("package")), ...report });
  const redactions = [{ item: "EX-00001", reason: "personal data" }];
  await call("report.export", { grant: grant(at("redacted")), ...report, wordingKept: null, redactions });
  const order = { query: "", pins: [], ...none, logRecords: true, copies: true, sort: null };
  await call("export.write", { grant: grant(at("e.jsonl")), format: "jsonl", ...order });
  await call("export.write", { grant: grant(at("c.jsonld")), format: "case", ...order });
  await call("replay.export", { grant: grant(at("replay.html")) });
  await call("detection.exportLayer", { grant: grant(at("layer.json")) });
  await call("custody.record", { kind: "note", text: "the disk was sealed" });
  await call("custody.record", { kind: "review", text: "read again", person: "L. Brandt" });
  await call("custody.record", { kind: "handover", text: "receipt 17", person: "L. Brandt" });

  // The examiner's key; each of these opens a further session.
  await call("keys.setPassphrase", { current: null, next: "three words here" });
  await call("keys.setWrap", { inUse: true });
  await call("keys.setWrap", { inUse: false });
  await call("keys.rotate", { to: { kind: "new", name: "Examiner" }, passphrase: null, reason: "yearly" });
  await retire(app, "lost");
  const from = { kind: "pkcs12", grant: grant(makePkcs12(folder)), filePassphrase: "file" } as const;
  await call("keys.import", { from, passphrase: null });
  await retire(app, "compromised");

  // What the journal says of itself.
  const journal = join(root, "custody.jsonl");
  await again(async () => {
    const tomorrow = testClock(Date.now() + 86_400_000);
    await (await openTestJournal(journal, null, tomorrow)).close();
    const text = await readFile(journal, "utf8");
    await writeFile(journal, text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1));
    await appendFile(journal, '{"e":"{');
    await giveOlderSchema(root, 1);
  });
  await again(async () => {
    await writeFile(journal, (await readFile(journal, "utf8")).replace("the disk was sealed", "the disk was open"));
  });
  await app.close();
  return root;
}

async function retire({ client }: TestApplication, kind: "lost" | "compromised"): Promise<void> {
  const { keys } = await client.call("keys.list", undefined);
  const fingerprint = keys.find(({ state }) => state === "current")?.fingerprint ?? "";
  await client.call("keys.reportLoss", { fingerprint, kind, from: "2026-01-02T03:04:05Z", reason: "left on a train" });
}

/** Accepts a hint and rejects it, merges two people and splits a name off again. */
async function decideOnIdentities({ client }: TestApplication): Promise<void> {
  await client.call("identity.resolve", undefined);
  const { principals } = await client.call("identity.list", { text: "", scope: "accounts" });
  const [one, other] = principals.map(({ id }) => id);
  const card = await client.call("identity.card", { id: one ?? "" });
  const link = card.links.find(({ state }) => state === "open")?.id ?? "";
  const name = card.names.find(({ id }) => id !== one)?.id ?? "";
  const reason = "one program, no other reader";
  await client.call("identity.decide", { verdict: "accept", link, reason });
  await client.call("act.undo", undefined);
  await client.call("identity.decide", { verdict: "reject", link, reason });
  await client.call("identity.decide", { verdict: "split", name, reason });
  await client.call("identity.decide", { verdict: "merge", name: one ?? "", other: other ?? "", reason });
}

/** A PKCS#12 file of openssl's. @returns its path. */
function makePkcs12(folder: string): string {
  const openssl = (line: string): void => {
    expect(spawnSync("openssl", line.split(" "), { cwd: folder }).status).toBe(0);
  };
  openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out c.pem -subj /CN=Imported");
  openssl("pkcs12 -export -inkey k.pem -in c.pem -out key.p12 -passout pass:file");
  return join(folder, "key.p12");
}
