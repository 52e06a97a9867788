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
import { hexDigest } from "./hex-digest.ts";

/** Checks the cited records: their digests, their way to a root, and the signature of that root. */
export function checkExhibits(checks: PackageChecks, files: ReadonlyMap<string, Uint8Array>): void {
  const bytes = files.get(EXHIBIT_INDEX);
  const items = bytes && parseExhibitIndex(decodeUtf8(bytes) ?? "");
  if (items === undefined) {
    const fault = {
      code: "index-malformed",
      message: `${EXHIBIT_INDEX} is missing or has another form`,
      file: EXHIBIT_INDEX,
    };
    checks.single("exhibit-records", fault, fault.message);
    checks.without("exhibit-inclusion", "not-attempted", "there is no index of the cited records");
    checks.without("exhibit-checkpoints", "not-attempted", "there is no index of the cited records");
    return;
  }
  checks.counted(
    "exhibit-records",
    items.length,
    items.flatMap((item) => (item.line === null ? [] : recordFaults(item, item.line, files.get(item.line)))),
    recordsNote(items),
  );
  const proven = items.filter((item) => item.proof !== null);
  const unproven = items.length - proven.length;
  checks.counted(
    "exhibit-inclusion",
    proven.length,
    proven.flatMap((item) => inclusionFaults(item, files)),
    unproven === 0
      ? inclusionNote(proven.length)
      : `${unproven} of ${items.length} cited records have no proof: ${items.find((item) => item.proof === null)?.reason ?? ""}`,
  );
  checkCheckpoints(checks, proven, files);
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

function inclusionFaults(item: PackagedItem, files: ReadonlyMap<string, Uint8Array>): PackageFault[] {
  const { proof } = item;
  if (proof === null) return [];
  const hashes = proof.hashes.map((hash) => parseHex(hash) ?? new Uint8Array());
  const leaf = leafOf(item, files);
  const root = rootFromInclusionProof(platformHash, proof.leafIndex, proof.treeSize, leaf, hashes);
  const checkpoint = readCheckpoint(files.get(proof.checkpoint))?.checkpoint;
  const found = root === undefined ? "no root" : formatHex(root);
  const signed = checkpoint === undefined ? "no checkpoint" : formatHex(checkpoint.root);
  if (found === proof.rootHash && found === signed && checkpoint?.size === proof.treeSize) return [];
  const message = `the proof of ${item.item} does not lead to the root of its checkpoint`;
  return [{ code: "inclusion-broken", message, file: item.line ?? EXHIBIT_INDEX, expected: signed, found }];
}

/** Of a record that is given the leaf hash is computed; of a withheld one the index states it, and the proof confirms it. */
function leafOf({ line, leafHash: stated }: PackagedItem, files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  if (line === null) return parseHex(stated) ?? new Uint8Array();
  return leafHash(platformHash, files.get(line) ?? new Uint8Array());
}

function checkCheckpoints(
  checks: PackageChecks,
  proven: readonly PackagedItem[],
  files: ReadonlyMap<string, Uint8Array>,
): void {
  const used = new Map(
    proven.flatMap(({ proof }) => (proof === null ? [] : [[proof.checkpoint, proof.keys] as const])),
  );
  const pinned = [...used].filter(([, keys]) => keys !== null);
  if (used.size === 0) {
    checks.without("exhibit-checkpoints", "not-attempted", "no cited record leads to a checkpoint");
    return;
  }
  if (pinned.length < used.size) {
    checks.without("exhibit-checkpoints", "not-verifiable", "the examiner pinned no key for a log that is cited");
    return;
  }
  const faults = pinned.flatMap(([path, keyPath]): PackageFault[] => {
    const read = readCheckpoint(files.get(path));
    const keys = readKeys(files.get(keyPath ?? ""));
    const signed = read && keys && isSignedByLog(read, keys);
    if (signed === true) return [];
    return [
      {
        code: "checkpoint-unsigned",
        message: "the checkpoint carries no signature of its log's pinned key",
        file: path,
      },
    ];
  });
  checks.counted(
    "exhibit-checkpoints",
    pinned.length,
    faults,
    "signed by the keys that the examiner pinned and put in the package",
  );
}

interface SignedCheckpoint {
  readonly note: Note;
  readonly checkpoint: Checkpoint;
}

function readCheckpoint(bytes: Uint8Array | undefined): SignedCheckpoint | undefined {
  try {
    const note = parseNote(bytes ?? new Uint8Array());
    return { note, checkpoint: parseCheckpoint(note.text) };
  } catch {
    // The reader's problems say where a note is malformed; here it only matters that it cannot be used.
    return undefined;
  }
}

function readKeys(bytes: Uint8Array | undefined): readonly VerifierKey[] | undefined {
  try {
    const lines = (decodeUtf8(bytes ?? new Uint8Array()) ?? "").trimEnd().split("\n");
    return lines.map((line) => parseVerifierKey(platformHash, line));
  } catch {
    return undefined;
  }
}

function isSignedByLog({ note, checkpoint }: SignedCheckpoint, keys: readonly VerifierKey[]): boolean {
  const { verified, failed } = verifyNote(platformEd25519Verify, note, keys);
  return failed.length === 0 && verified.some(({ key }) => key.name === checkpoint.origin);
}
