import { platformEd25519Verify, platformHash } from "../bundle/platform-crypto.ts";
import { formatHex, parseHex } from "../encoding/bytes.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { leafHash } from "../merkle/hash.ts";
import { rootFromInclusionProof } from "../merkle/inclusion.ts";
import { type Checkpoint, parseCheckpoint } from "../signing/checkpoint.ts";
import { type Note, parseNote, verifyNote } from "../signing/note.ts";
import { parseVerifierKey, type VerifierKey } from "../signing/verifier-key.ts";
import { type PackagedItem, parseExhibitIndex } from "./exhibit-index.ts";
import { type PackageChecks, type PackageFault } from "./package-checks.ts";
import { EXHIBIT_INDEX } from "./package-layout.ts";
import { type PackageReader } from "./package-reader.ts";
import { hexDigest } from "./hex-digest.ts";

/** Checks the cited records: their digests, their way to a root, and the signature of that root. */
export async function checkExhibits(checks: PackageChecks, files: PackageReader): Promise<void> {
  const bytes = await files.read(EXHIBIT_INDEX);
  const items = bytes && parseExhibitIndex(decodeUtf8(bytes) ?? "");
  if (items === undefined) {
    const message = `${EXHIBIT_INDEX} is missing or has another form`;
    checks.single("exhibit-records", { code: "index-malformed", message, file: EXHIBIT_INDEX }, message);
    checks.without("exhibit-inclusion", "not-attempted", "there is no index of the cited records");
    checks.without("exhibit-checkpoints", "not-attempted", "there is no index of the cited records");
    return;
  }
  const checkpoints = await readCheckpoints(items, files);
  const changed: PackageFault[] = [];
  const broken: PackageFault[] = [];
  for (const item of items) {
    const record = item.line === null ? undefined : await files.read(item.line);
    if (item.line !== null) changed.push(...recordFaults(item, item.line, record));
    broken.push(...inclusionFaults(item, record, checkpoints));
  }
  checks.counted("exhibit-records", items.length, changed, recordsNote(items));
  checks.limits(withheldLimits(items));
  const unproven = items.filter((item) => item.proof === null);
  const note =
    unproven.length === 0
      ? inclusionNote(items.length)
      : `${unproven.length} of ${items.length} cited records have no proof: ${unproven[0]?.reason ?? ""}`;
  checks.counted("exhibit-inclusion", items.length - unproven.length, broken, note);
  await checkCheckpoints(checks, items, checkpoints, files);
}

function inclusionNote(proven: number): string {
  return proven === 0 ? "no record is cited" : "the proof of every cited record leads to the root of its checkpoint";
}

function recordsNote(items: readonly PackagedItem[]): string {
  if (items.length === 0) return "no record is cited";
  const withheld = items.filter((item) => item.line === null).length;
  const given = "every cited record has the digests of the index";
  return withheld === 0 ? given : `${given}; the content of ${withheld} is withheld, only digest and proof are given`;
}

/** What is withheld was not looked at: no package that leaves content out is verified without saying so. */
function withheldLimits(items: readonly PackagedItem[]): readonly PackageFault[] {
  const withheld = items.filter((item) => item.line === null).map(({ item }) => item);
  if (withheld.length === 0) return [];
  const message = `the content of ${withheld.length} of ${items.length} cited records is withheld, ${withheld[0]} first`;
  return [{ code: "content-withheld", message, file: EXHIBIT_INDEX, verdict: "verified-with-limits" }];
}

function recordFaults(item: PackagedItem, file: string, record: Uint8Array | undefined): PackageFault[] {
  if (record === undefined) return [{ code: "record-missing", message: `the record of ${item.item} is missing`, file }];
  const digests: readonly (readonly [string, string])[] = [
    [item.sha256, hexDigest(record)],
    [item.leafHash, formatHex(leafHash(platformHash, record))],
    [String(item.length), String(record.length)],
  ];
  const wrong = digests.find(([expected, found]) => expected !== found);
  if (wrong === undefined) return [];
  const [expected, found] = wrong;
  return [
    {
      code: "record-changed",
      message: `the record of ${item.item} is not the one of the index`,
      file,
      expected,
      found,
    },
  ];
}

function inclusionFaults(
  item: PackagedItem,
  record: Uint8Array | undefined,
  checkpoints: ReadonlyMap<string, SignedCheckpoint | undefined>,
): PackageFault[] {
  const { proof } = item;
  if (proof === null) return [];
  const hashes = proof.hashes.map((hash) => parseHex(hash) ?? new Uint8Array());
  const leaf = leafOf(item, record);
  const root = rootFromInclusionProof(platformHash, proof.leafIndex, proof.treeSize, leaf, hashes);
  const checkpoint = checkpoints.get(proof.checkpoint)?.checkpoint;
  const found = root === undefined ? "no root" : formatHex(root);
  const signed = checkpoint === undefined ? "no checkpoint" : formatHex(checkpoint.root);
  if (found === proof.rootHash && found === signed && checkpoint?.size === proof.treeSize) return [];
  const message = `the proof of ${item.item} does not lead to the root of its checkpoint`;
  return [{ code: "inclusion-broken", message, file: item.line ?? EXHIBIT_INDEX, expected: signed, found }];
}

/** Of a record that is given the leaf hash is computed; of a withheld one the index states it, and the proof confirms it. */
function leafOf({ line, leafHash: stated }: PackagedItem, record: Uint8Array | undefined): Uint8Array {
  if (line === null) return parseHex(stated) ?? new Uint8Array();
  return leafHash(platformHash, record ?? new Uint8Array());
}

async function checkCheckpoints(
  checks: PackageChecks,
  items: readonly PackagedItem[],
  checkpoints: ReadonlyMap<string, SignedCheckpoint | undefined>,
  files: PackageReader,
): Promise<void> {
  const used = new Map(items.flatMap(({ proof }) => (proof === null ? [] : [[proof.checkpoint, proof.keys] as const])));
  const pinned = [...used].flatMap(([path, keys]) => (keys === null ? [] : [[path, keys] as const]));
  if (used.size === 0) {
    checks.without("exhibit-checkpoints", "not-attempted", "no cited record leads to a checkpoint");
    return;
  }
  if (pinned.length < used.size) {
    checks.without("exhibit-checkpoints", "not-verifiable", "the examiner pinned no key for a log that is cited");
    return;
  }
  const faults: PackageFault[] = [];
  for (const [file, keyFile] of pinned) {
    const read = checkpoints.get(file);
    const keys = readKeys((await files.read(keyFile)) ?? new Uint8Array());
    if (read !== undefined && keys !== undefined && isSignedByLog(read, keys)) continue;
    const message = "the checkpoint carries no signature of its log's pinned key";
    faults.push({ code: "checkpoint-unsigned", message, file });
  }
  const note = "signed by the keys that the examiner pinned and put in the package";
  checks.counted("exhibit-checkpoints", pinned.length, faults, note);
}

interface SignedCheckpoint {
  readonly note: Note;
  readonly checkpoint: Checkpoint;
}

/** The checkpoints that proofs lead to, by path; undefined where one is missing or cannot be read. */
async function readCheckpoints(
  items: readonly PackagedItem[],
  files: PackageReader,
): Promise<ReadonlyMap<string, SignedCheckpoint | undefined>> {
  const checkpoints = new Map<string, SignedCheckpoint | undefined>();
  for (const { proof } of items) {
    if (proof === null || checkpoints.has(proof.checkpoint)) continue;
    checkpoints.set(proof.checkpoint, readCheckpoint((await files.read(proof.checkpoint)) ?? new Uint8Array()));
  }
  return checkpoints;
}

function readCheckpoint(bytes: Uint8Array): SignedCheckpoint | undefined {
  try {
    const note = parseNote(bytes);
    return { note, checkpoint: parseCheckpoint(note.text) };
  } catch {
    // The reader's problems say where a note is malformed; here it only matters that it cannot be used.
    return undefined;
  }
}

function readKeys(bytes: Uint8Array): readonly VerifierKey[] | undefined {
  try {
    const lines = (decodeUtf8(bytes) ?? "").trimEnd().split("\n");
    return lines.map((line) => parseVerifierKey(platformHash, line));
  } catch {
    return undefined;
  }
}

function isSignedByLog({ note, checkpoint }: SignedCheckpoint, keys: readonly VerifierKey[]): boolean {
  const { verified, failed } = verifyNote(platformEd25519Verify, note, keys);
  return failed.length === 0 && verified.some(({ key }) => key.name === checkpoint.origin);
}
