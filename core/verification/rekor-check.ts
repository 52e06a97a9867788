/** What transparency logs of the trusted root say of a signature: that it is in them, and since when. */
import { formatBase64 } from "../encoding/base64.ts";
import { equalBytes, formatHex } from "../encoding/bytes.ts";
import { canonicalJsonBytes } from "../encoding/canonical-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { leafHash } from "../merkle/hash.ts";
import { rootFromInclusionProof } from "../merkle/inclusion.ts";
import { Problem } from "../model/problem.ts";
import { type BundleVerdict } from "../model/verdict.ts";
import { parseCheckpoint, type Checkpoint } from "../signing/checkpoint.ts";
import { parseNote } from "../signing/note.ts";
import { usualSchemes, verifiesBy, type SignaturePlatform } from "../signing/public-key.ts";
import { compareEntry, type LoggedSignature } from "../signing/rekor-entry.ts";
import { type LogEntry } from "../signing/sigstore-bundle.ts";
import { isValidAt, type SigstoreRoot, type TrustedLog } from "../signing/sigstore-root.ts";
import { type AttachmentMeans } from "./attachment-means.ts";
import { check, countOf, finding, notAttempted, notVerifiable, type CheckOutcome } from "./findings.ts";
import { type ProvenTimes } from "./signing-time.ts";

/** Bytes of a key id in a note, as digits. */
const NOTE_ID_DIGITS = 8;

/** Why an entry shows nothing, and the lowest verdict that this allows. */
class EntryFault extends Error {
  readonly code: string;
  readonly verdict: BundleVerdict;

  constructor(code: string, verdict: BundleVerdict, message: string) {
    super(message);
    this.code = code;
    this.verdict = verdict;
  }
}

/** The check `log-entry`. `stamped` are times that time authorities prove: a log must have been valid at one. */
export async function judgeLogEntries(
  entries: readonly LogEntry[],
  logged: LoggedSignature,
  stamped: readonly number[],
  means: AttachmentMeans,
): Promise<ProvenTimes> {
  const { root } = means;
  if (entries.length === 0) {
    const message = "No log lists the signature: that it was made in secret cannot be excluded.";
    const findings = [finding("not-logged", "verified-with-limits", message)];
    return { times: [], checks: [notAttempted("log-entry", "there is none")], findings };
  }
  if (root === undefined) {
    const message = "No trusted root names the logs of its entries.";
    const findings = [finding("log-not-trusted", "verified-with-limits", message)];
    return { times: [], checks: [notAttempted("log-entry", message, entries.length)], findings };
  }
  const times: number[] = [];
  const faults: EntryFault[] = [];
  for (const entry of entries) {
    try {
      const { log, timeMs } = await judgeTime(entry, logged, { stamped, root, means });
      if (timeMs !== undefined) times.push(timeMs);
      await assertIncluded(entry, log, means);
    } catch (error) {
      if (!(error instanceof EntryFault)) throw error;
      faults.push(error);
    }
  }
  return { times, ...outcomeOf(entries.length, faults) };
}

function outcomeOf(count: number, faults: readonly EntryFault[]): CheckOutcome {
  const [fault] = faults;
  const note = "about this signature, with a path to a root that the log signed";
  if (fault === undefined) return { checks: [check("log-entry", count, 0, note)], findings: [] };
  const isUnknown = faults.every(({ verdict }) => verdict !== "altered");
  return {
    checks: [
      isUnknown
        ? notVerifiable("log-entry", fault.message, count)
        : check("log-entry", count, faults.length, `${countOf(faults.length, "entry", "entries")}: ${fault.message}`),
    ],
    findings: faults.map(({ code, verdict, message }) => finding(code, verdict, message)),
  };
}

/** The log of an entry, and when it took it in: milliseconds since 1970, undefined for a log that states no time. */
async function judgeTime(
  entry: LogEntry,
  logged: LoggedSignature,
  { stamped, root, means }: { stamped: readonly number[]; root: SigstoreRoot; means: AttachmentMeans },
): Promise<{ readonly log: TrustedLog; readonly timeMs: number | undefined }> {
  assertAbout(entry, logged);
  const known = root.logs.filter(({ logId }) => logId === entry.logId);
  if (known.length === 0) {
    throw new EntryFault(
      "log-not-trusted",
      "not-verifiable",
      "The entry is of a log that the trusted root does not name.",
    );
  }
  const timeMs = entry.promise === undefined ? undefined : entry.integratedTime * 1_000;
  const at = timeMs ?? stamped[0];
  const log = known.find(({ validity }) => at === undefined || isValidAt(validity, at));
  if (log === undefined) {
    throw new EntryFault(
      "outside-log-validity",
      "not-verifiable",
      "The entry is of a time when its log's key was not valid.",
    );
  }
  if (entry.promise !== undefined) await assertPromised(entry, entry.promise, log, means);
  return { log, timeMs };
}

function assertAbout(entry: LogEntry, logged: LoggedSignature): void {
  const result = compareEntry(entry, logged);
  switch (result.kind) {
    case "about-it":
      return;
    case "unknown-kind":
      throw new EntryFault(
        "log-entry-unknown",
        "not-verifiable",
        `The entry is of a kind that is not read (${result.found}).`,
      );
    case "about-other":
      throw new EntryFault(
        "log-entry-mismatch",
        "altered",
        `The log's entry is not about this signature: ${result.reason}.`,
      );
  }
}

/** SignedEntryTimestamp: the log's signature over entry, time and place, as canonical JSON (RFC 8785). */
async function assertPromised(
  { body, integratedTime, logId, logIndex }: LogEntry,
  promise: Uint8Array,
  { key }: TrustedLog,
  platform: SignaturePlatform,
): Promise<void> {
  const signed = canonicalJsonBytes({ body: formatBase64(body), integratedTime, logID: logId, logIndex });
  if (await verifiesBy(platform, key, usualSchemes(key), promise, signed)) return;
  const message = "The log's promise of the entry and its time does not verify.";
  throw new EntryFault("log-promise-invalid", "altered", message);
}

async function assertIncluded(entry: LogEntry, log: TrustedLog, means: AttachmentMeans): Promise<void> {
  const { body, proof, promise, logIndex, integratedTime } = entry;
  if (proof?.checkpoint === undefined) {
    const message = "The entry comes with a promise of its log and no path to a root that the log signed.";
    throw new EntryFault("inclusion-not-proven", "verified-with-limits", message);
  }
  const { size, root } = await signedCheckpoint(proof.checkpoint, log, means);
  const found = rootFromInclusionProof(means.hash, proof.index, size, leafHash(means.hash, body), proof.hashes);
  const isIncluded = found !== undefined && equalBytes(found, root);
  if (!isIncluded || proof.size !== size || !equalBytes(proof.root, root)) {
    const message = `The proof does not lead from the entry to the root that the log signed (${formatHex(root)}).`;
    throw new EntryFault("inclusion-wrong", "altered", message);
  }
  // Place and time are signed in a promise; a log without promises states the place in its proof, and no time.
  if (promise === undefined && (logIndex !== proof.index || integratedTime !== 0)) {
    const message = "The entry states a place or a time that its log did not sign.";
    throw new EntryFault("log-statement-unsigned", "verified-with-limits", message);
  }
}

/** The checkpoint of a proof, once the log's own key signed it; other lines are not looked at. */
async function signedCheckpoint(bytes: Uint8Array, log: TrustedLog, platform: SignaturePlatform): Promise<Checkpoint> {
  const { note, checkpoint } = readCheckpoint(bytes);
  // Logs sign under the name that their origin begins with; `rekor.sigstore.dev - 2605736670972794746` goes on with a tree.
  const [name] = checkpoint.origin.split(" ");
  const id = log.logId.slice(0, NOTE_ID_DIGITS);
  const own = note.signatures.filter((signature) => signature.keyId === id && signature.name === name);
  for (const { signature } of own) {
    const isSigned = await verifiesBy(platform, log.key, usualSchemes(log.key), signature, encodeUtf8(note.text));
    if (isSigned) return checkpoint;
  }
  if (own.length > 0) {
    throw new EntryFault("checkpoint-invalid", "altered", "The signature of the log's checkpoint does not verify.");
  }
  throw new EntryFault(
    "log-not-trusted",
    "not-verifiable",
    "The checkpoint is not signed by a log of the trusted root.",
  );
}

function readCheckpoint(bytes: Uint8Array): {
  readonly note: ReturnType<typeof parseNote>;
  readonly checkpoint: Checkpoint;
} {
  try {
    const note = parseNote(bytes);
    return { note, checkpoint: parseCheckpoint(note.text) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new EntryFault("checkpoint-invalid", "altered", "The checkpoint of the log is malformed.");
  }
}
