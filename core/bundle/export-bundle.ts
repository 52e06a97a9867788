import { formatHex } from "../encoding/bytes.ts";
import { Problem, quote } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { formatInstant } from "../model/time.ts";
import { verifyNote } from "../signing/note.ts";
import { type SigningKey } from "../signing/signing-key.ts";
import { writeBag } from "./bag-output.ts";
import { locateBundle } from "./bundle-reader.ts";
import { BundleWriter, type ExportOptions } from "./bundle-writer.ts";
import { cosigned, type CheckpointMeans } from "./checkpoint-signer.ts";
import { type Container } from "./container.ts";
import { parseCheckpointPath, parseRotationPath, TRUSTED_ROOT_PATH } from "./layout.ts";
import { platformEd25519Verify } from "./platform-crypto.ts";
import { readMember, segmentsOfBundle } from "./sealed-segments.ts";
import { assertOrigin, newBundleId, stampDigestOf, type SealSummary } from "./seal.ts";
import { parseTrustedRoot } from "./trusted-root.ts";

/** A stamp or a note is a few kilobytes; a file of this length is none. */
const MAX_CARRIED_BYTES = 64 * 1024;

/** A new export of a log that was sealed before; checkpoints, cosignatures and stamps that it has are carried over. */
export interface ExportBundleOptions extends ExportOptions, CheckpointMeans {
  readonly container: Container;
  /** The log's key, which signed the newest checkpoint. */
  readonly key: SigningKey;
  readonly output: string;
  readonly random: (byteLength: number) => Uint8Array;
}

/**
 * Exports a sealed log again: with more cosignatures or stamps, or with less in it. Throws `not-whole`, `no-bundle` and
 * `key-of-another-log` (refused), and as {@link BundleWriter}; on any failure nothing is left behind.
 */
export async function exportBundle(options: ExportBundleOptions, work: LongWork = {}): Promise<SealSummary> {
  const { container, hash, key, origin } = options;
  assertOrigin(origin, key);
  const prefix = locateBundle(container);
  if (prefix === undefined) {
    const message = `${quote(container.label)} is no evidence log bundle`;
    throw new Problem("refused", "no-bundle", message, { file: container.label });
  }
  const carried = await carriedFiles(container, prefix);
  const timeStamps = new Map([...carried.stamps, ...(options.timeStamps ?? [])]);
  return writeBag(
    options.output,
    async (folder) => {
      const createdAt = formatInstant(options.now());
      const bundleId = newBundleId(options.random);
      const writer = new BundleWriter(folder, { ...options, timeStamps });
      for (const [path, content] of carried.rotations) await writer.addFile(path, content);
      const checkpoints: SealSummary["checkpoints"][number][] = [];
      let rootHash = "";
      let isOfKey = false;
      for await (const { built, note } of segmentsOfBundle(container, prefix, hash, work)) {
        await writer.add(built, cosigned(note, options));
        checkpoints.push({ size: built.treeSize, stampDigest: stampDigestOf(note, options) });
        rootHash = formatHex(built.rootHash);
        isOfKey = verifyNote(platformEd25519Verify, note, [key.verifier]).verified.length > 0;
      }
      if (!isOfKey) throw anotherLog(container.label, key);
      const trustedRoot = await readMember(
        container,
        `${prefix}${TRUSTED_ROOT_PATH}`,
        TRUSTED_ROOT_PATH,
        MAX_CARRIED_BYTES,
      );
      await writer.finish({ createdAt, bundleId, signers: [key], keys: parseTrustedRoot(hash, trustedRoot) });
      const treeSize = checkpoints.at(-1)?.size ?? 0;
      const segments = checkpoints.length;
      return { origin, treeSize, rootHash, segments, records: treeSize - 2 * segments, bundleId, checkpoints };
    },
    work.signal,
  );
}

interface CarriedFiles {
  readonly stamps: ReadonlyMap<number, Uint8Array>;
  readonly rotations: ReadonlyMap<string, Uint8Array>;
}

async function carriedFiles(container: Container, prefix: string): Promise<CarriedFiles> {
  const stamps = new Map<number, Uint8Array>();
  const rotations = new Map<string, Uint8Array>();
  for (const { path: member } of container.members) {
    if (!member.startsWith(prefix)) continue;
    const path = member.slice(prefix.length);
    const checkpoint = parseCheckpointPath(path);
    const isStamp = checkpoint?.stamp === true;
    if (!isStamp && parseRotationPath(path) === undefined) continue;
    const content = await readMember(container, member, path, MAX_CARRIED_BYTES);
    if (isStamp) stamps.set(checkpoint.size, content);
    else rotations.set(path, content);
  }
  return { stamps, rotations };
}

function anotherLog(label: string, key: SigningKey): Problem {
  const message = `the newest checkpoint of ${quote(label)} is not signed by key ${key.verifier.id}`;
  return new Problem("refused", "key-of-another-log", message, { file: label, expected: key.verifier.id });
}
