import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { platformHash } from "../../core/bundle/platform-crypto.ts";
import { openCustodyJournal } from "../../core/casefile/custody-journal.ts";
import { type Endorser } from "../../core/casefile/custody-session.ts";
import { concatBytes, formatHex } from "../../core/encoding/bytes.ts";
import { encodeUtf8 } from "../../core/encoding/utf8.ts";
import { leafHash } from "../../core/merkle/hash.ts";
import { buildTree, proveInclusion, rootOf } from "../../core/merkle/tree.ts";
import { EMPTY_CASE_DETAILS, type CaseDetails } from "../../core/model/case-details.ts";
import { type EventRow } from "../../core/model/event.ts";
import { type Exhibit } from "../../core/model/exhibit.ts";
import { type Finding } from "../../core/model/finding.ts";
import { type PackageExtra } from "../../core/model/findings-package.ts";
import { instantFromMillis } from "../../core/model/time.ts";
import { exportPackage, type ExportedPackage } from "../../core/report/package.ts";
import { packageTarget } from "../../core/report/package-target.ts";
import { type PackagedRotation } from "../../core/report/check-signer.ts";
import { type CaseMeasures } from "../../core/report/case-measures.ts";
import { type CitedItem, type ReportInput } from "../../core/report/report-input.ts";
import {
  createCertificate,
  fingerprintOf,
  formatCertificatePem,
  parseCertificate,
} from "../../core/signing/certificate.ts";
import { signRotation } from "../../core/signing/certificate-rotation.ts";
import { formatCheckpoint } from "../../core/signing/checkpoint.ts";
import { generateEcdsaKey, signEcdsa } from "../../core/signing/ecdsa.ts";
import { formatNote } from "../../core/signing/note.ts";
import { signingKey, signNote } from "../../core/signing/signing-key.ts";
import { formatVerifierKey } from "../../core/signing/verifier-key.ts";

export const ISSUED_AT = "2026-11-22T10:00:00.000Z";

const COMPLETE_DETAILS: CaseDetails = {
  ...EMPTY_CASE_DETAILS,
  caseId: "NG-2026-117",
  title: "gateway audit log",
  classification: "TLP:AMBER",
  requestedBy: "Kestrel Ltd, legal department",
  questions: ["Was the export key created by a service account?"],
  authority: "engagement letter of 12 November 2026",
  scopeIn: "the gateway audit log of 11 November 2026",
  scopeOut: "workstations and mail",
  examiner: {
    name: "R. Adeyemi",
    role: "incident responder",
    employer: "Northgate Incident Response",
    qualifications: "ten years of log analysis",
    conflictStatement: "none",
    ownPart: "all of the analysis",
  },
  provenance: ["X-1", "X-2"].map((exhibit) => ({
    exhibit,
    receivedFrom: "Kestrel Ltd",
    receivedHow: "USB stick by courier",
    digestAtSource: "",
  })),
};

/** A new examiner key, as the case opens with it. */
export async function makeExaminer(name = "R. Adeyemi"): Promise<Endorser> {
  const keys = await generateEcdsaKey(crypto, true);
  const certificate = await createCertificate(
    platformHash,
    crypto,
    keys,
    { commonName: name, organization: "Northgate" },
    Date.now() - 60_000,
  );
  return {
    name,
    fingerprint: fingerprintOf(platformHash, certificate),
    certificate: certificate.der,
    sign: (data) => signEcdsa(crypto, keys.privateKey, data),
  };
}

const RECORDS = [
  `{"time":"2026-11-11T03:14:05Z","user":"svc-export","act":"login"}`,
  `{"time":"2026-11-11T03:14:07Z","user":"svc-export\u202Egpj","act":"key.create","note":"日本語 -> ok"}`,
  `{"time":"2026-11-11T03:15:00Z","user":"m.okafor","act":"role.grant"}`,
  `{"time":"2026-11-11T03:16:30Z","user":"svc-export","act":"export.run"}`,
  `{"time":"2026-11-11T03:17:00Z","user":"svc-export","act":"logout"}`,
].map((text) => encodeUtf8(text));

/** The records cited by the finding of {@link makeReportInput}: of a log of five, with proofs, and one without. */
export function makeReportInput(signer: Endorser | null, details: CaseDetails = COMPLETE_DETAILS): ReportInput {
  const leaves = RECORDS.map((record) => leafHash(platformHash, record));
  const tree = buildTree(platformHash, concatBytes(...leaves));
  const key = signingKey(platformHash, "audit.kestrel.example/gateway", new Uint8Array(32).fill(7));
  const root = rootOf(tree);
  const text = formatCheckpoint({ origin: key.verifier.name, size: RECORDS.length, root, extensions: [] });
  const checkpoint = formatNote(signNote(text, [key]));
  const proven = [1, 3].map((index): CitedItem => ({
    ...citedItem(index, "X-1", index),
    proof: {
      kind: "inclusion",
      leafIndex: index,
      treeSize: RECORDS.length,
      rootHash: formatHex(root),
      hashes: proveInclusion(tree, index).map((hash) => formatHex(hash)),
      checkpoint,
      pinnedKeys: [formatVerifierKey(key.verifier)],
    },
  }));
  const items = [...proven, citedItem(2, "X-2", 2)];
  return {
    details,
    revision: 1,
    issuedAt: ISSUED_AT,
    timeZone: "Europe/London",
    exhibits: [exhibit("X-1", "verified-with-limits"), exhibit("X-2", "not-verifiable")],
    findings: [findingOn(items)],
    items,
    custody: { entries: [], head: "0".repeat(64), verdict: "verified", findings: [] },
    measures: MEASURES,
    identities: { principals: [], links: [] },
    clockOffsets: [],
    storyboard: [],
    detections: null,
    selfTest: null,
    wordingKept: null,
    signer: signer && { name: signer.name, fingerprint: signer.fingerprint },
    program: { version: "0.1.0", build: "development", platform: "test" },
  };
}

const MEASURES: CaseMeasures = {
  coverage: { of: 5, principal: 5, action: 5, time: 5, outcome: 0, resource: 0, address: 0 },
  first: instantFromMillis(1_762_830_845_000),
  last: instantFromMillis(1_762_831_020_000),
  largestStepBack: 0n,
  failures: 0,
  signIns: 1,
  accessChanges: 2,
  grants: 2,
  standingGrants: 1,
  configurationChanges: 2,
  logReads: 0,
  loggingChanges: 1,
  objectChanges: 2,
  kinds: { of: 3, complete: 3, least: null },
  files: [
    {
      exhibit: "X-1",
      file: "data/0.jsonl",
      events: 5,
      first: instantFromMillis(1_762_830_845_000),
      last: instantFromMillis(1_762_831_020_000),
    },
  ],
};

function citedItem(index: number, exhibit: string, position: number): CitedItem {
  const record = RECORDS[index] ?? new Uint8Array();
  return {
    item: `EX-0000${position}`,
    row: {
      ...ROW,
      seq: position,
      exhibit,
      length: record.length,
      time: instantFromMillis(1_762_830_847_000 + position),
    },
    record,
    sha256: formatHex(platformHash(record)),
    leafHash: formatHex(leafHash(platformHash, record)),
    proof: { kind: "none", reason: "the exhibit has no digests" },
    withheld: null,
  };
}

const ROW: EventRow = {
  seq: 0,
  kind: "event",
  time: null,
  timeRecorded: "2026-11-11T03:14:07Z",
  source: "ocsf",
  principal: "svc-export\u202Egpj",
  principalKind: "service",
  credential: null,
  session: null,
  action: "key.create",
  service: null,
  resource: "vault/export",
  outcome: "success",
  error: null,
  address: "203.0.113.7",
  userAgent: null,
  account: null,
  region: null,
  requestId: null,
  eventId: null,
  verdict: "with-limits",
  exhibit: "X-1",
  file: "data/00000000000000000000.jsonl",
  offset: 0,
  length: 0,
};

function exhibit(id: string, verdict: Exhibit["verdict"]): Exhibit {
  return {
    id,
    label: "gateway-audit.zip",
    receivedAt: "2026-11-13T09:41:07.000Z",
    byteLength: 418_226_704,
    sha256: formatHex(platformHash(encodeUtf8(id))),
    source: { name: "ocsf", score: 1, reason: "class_uid in every record" },
    firstSeq: 0,
    records: 5,
    events: 5,
    undated: 0,
    problems: 0,
    notes: [],
    verdict,
    verification: {
      verdict,
      proof: verdict === "not-verifiable" ? "none" : "sealed-log",
      log: null,
      chains: [],
      window: { asked: null, proven: null },
      counts: { records: 5, segments: 1, withheld: 0, absent: 0 },
      checks: [
        { name: "record-content", verdict: "verified", checked: 5, failed: 0, note: "every leaf is in the tree" },
        { name: "time-stamp", verdict: "not-attempted", checked: 0, failed: 0, note: "the bundle holds no token" },
      ],
      findings: [
        { code: "not-stamped", verdict: "verified-with-limits", message: "the log is not time-stamped", where: {} },
      ],
      keys: [],
    },
  };
}

function findingOn(items: readonly CitedItem[]): Finding {
  return {
    id: "F-0001",
    title: "An export key was created",
    statement: "Records attribute the creation of an export key to the account svc-export.",
    class: "fact",
    citations: items.map((item) => ({
      seq: item.row.seq,
      exhibitItem: item.item,
      sha256: item.sha256,
      leafHash: item.leafHash,
      verdict: item.row.verdict,
    })),
    basis: "read in the records",
    uncertainty: "the clock of the source was not examined",
    propositions: [],
    alternatives: [],
    strength: "",
    contradicting: { text: "", citations: [] },
    createdAt: ISSUED_AT,
    withdrawn: null,
  };
}

/** A package as it was written, in a temporary folder of its own. */
export interface WrittenPackage {
  readonly out: string;
  readonly examiner: Endorser;
  readonly exported: ExportedPackage;
  readonly journal: string;
  remove(): Promise<void>;
}

/** Writes a small package: `name` decides between a folder and a zip. */
export async function writePackage(
  name = "package",
  details = COMPLETE_DETAILS,
  change: (input: ReportInput) => ReportInput = (input) => input,
  rotations: (signer: Endorser) => Promise<readonly PackagedRotation[]> = () => Promise.resolve([]),
  signer: Promise<Endorser> = makeExaminer(),
  extras: readonly PackageExtra[] = [],
): Promise<WrittenPackage> {
  const folder = await mkdtemp(join(tmpdir(), "assay-package-"));
  const examiner = await signer;
  const journalFile = join(folder, "custody.jsonl");
  const journal = await openCustodyJournal(journalFile, {
    endorser: examiner,
    actorName: examiner.name,
    app: { version: "0.1.0", build: "development" },
    host: "0123456789abcdef",
  });
  const out = join(folder, name);
  const exported = await exportPackage(change(makeReportInput(examiner, details)), {
    signer: examiner,
    journal,
    target: packageTarget(out),
    final: false,
    rotations: await rotations(examiner),
    extras,
  });
  await journal.close();
  return {
    out,
    examiner,
    exported,
    journal: journalFile,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The statement by which an older key of the signer names this one. */
export async function rotationTo(signer: Endorser, old: Endorser, at: string): Promise<PackagedRotation> {
  const rotation = await signRotation((data) => old.sign(data), { from: old.fingerprint, to: signer.fingerprint, at });
  return { rotation, certificate: formatCertificatePem(parseCertificate(old.certificate)) };
}

/** The files below a folder, by relative path. */
export async function readFolder(folder: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1).replaceAll("\\", "/"), new Uint8Array(await readFile(path)));
  }
  return files;
}
