import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";

import { platformEd25519Verify, platformHash } from "../bundle/platform-crypto.ts";
import { type AttachmentResult } from "../model/attachment.ts";
import { Problem, quote } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { noteKey, parseKeyFile } from "../signing/key-file.ts";
import { parseSigstoreRoot } from "../signing/sigstore-root.ts";
import { formatVerifierKey } from "../signing/verifier-key.ts";
import { refusedAttachment, verifyAttachment } from "../verification/attachment.ts";
import { type AttachedFile, type AttachmentMeans, type GivenKey } from "../verification/attachment-means.ts";
import { type Trust } from "./trust.ts";

/** An attachment, and what the examiner gives to judge it by; all but the identity are paths. */
export interface AttachmentRequest {
  readonly attachment: string;
  /** The file that it is about; undefined for one that carries its content. */
  readonly over: string | undefined;
  /** Keys that are trusted this once, besides the pinned ones. */
  readonly keys: readonly string[];
  readonly trustedRoot: string | undefined;
  readonly identity: AttachmentMeans["identity"];
}

/** The result; with the reason, when the attachment, a key or the trusted root was refused. */
interface AttachmentOutcome {
  readonly result: AttachmentResult;
  readonly refusal: Problem | undefined;
}

/** A signature is over a file as a whole, which is read into memory. */
const MAX_FILE_BYTES = 1024 * 1024 * 1024;

/** Reads an attachment and judges it. Throws `file-too-long`, `no-file` (usage), and what the file system does. */
export async function verifyAttachmentFile(
  { attachment, over, ...given }: AttachmentRequest,
  trust: Trust,
  { signal }: LongWork,
): Promise<AttachmentOutcome> {
  const file = over === undefined ? undefined : await readAttached(over, signal);
  const { content } = await readAttached(attachment, signal);
  try {
    const means = await meansOf(given, trust, signal);
    return { result: await verifyAttachment(content, file, means), refusal: undefined };
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== "refused") throw error;
    return { result: refusedAttachment(error, platformHash, file), refusal: error };
  }
}

async function meansOf(
  { keys, trustedRoot, identity }: Omit<AttachmentRequest, "attachment" | "over">,
  trust: Trust,
  signal: AbortSignal | undefined,
): Promise<AttachmentMeans> {
  const root = trustedRoot === undefined ? undefined : await readAttached(trustedRoot, signal);
  return {
    hash: platformHash,
    crypto: globalThis.crypto,
    ed25519: platformEd25519Verify,
    keys: [...(await givenKeys(keys, signal)), ...pinnedKeys(trust)],
    root: root && naming(root, parseSigstoreRoot),
    identity,
  };
}

async function givenKeys(paths: readonly string[], signal: AbortSignal | undefined): Promise<readonly GivenKey[]> {
  const given: GivenKey[] = [];
  for (const path of paths) {
    const file = await readAttached(path, signal);
    const keys = naming(file, (content) => parseKeyFile(platformHash, content));
    given.push(...keys.map((key) => ({ ...key, name: key.keyId ?? file.name })));
  }
  return given;
}

function pinnedKeys({ logKeys }: Trust): readonly GivenKey[] {
  return logKeys.flatMap((key) => {
    const published = noteKey(key);
    return published === undefined ? [] : [{ ...published, name: key.name, vkey: formatVerifierKey(key) }];
  });
}

/** Parses a file; a refusal then says which of the given files it is about. */
function naming<Parsed>({ name, content }: AttachedFile, parse: (content: Uint8Array) => Parsed): Parsed {
  try {
    return parse(content);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { kind, code, message, details } = error;
    throw new Problem(kind, code, `${quote(name)}: ${message}`, { ...details, file: name }, { cause: error });
  }
}

async function readAttached(path: string, signal: AbortSignal | undefined): Promise<AttachedFile> {
  const { size } = await stat(path);
  if (size > MAX_FILE_BYTES) {
    const message = `expected a file of at most ${MAX_FILE_BYTES} bytes, got ${size}`;
    throw new Problem("usage", "file-too-long", message, { file: path });
  }
  return { name: basename(path), content: await readFile(path, { signal }) };
}
