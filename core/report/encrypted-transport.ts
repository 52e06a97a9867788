/**
 * A package on its way to somebody: one age file (age-encryption.org/v1) around the zip. It hides the package and nothing
 * more: what is signed is inside, and the verdict never depends on the cover. Both ways are streamed.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type ReadableStream as NodeStream } from "node:stream/web";

import { Decrypter, Encrypter } from "age-encryption";

import { Problem, quote, throwIfCancelled } from "../model/problem.ts";

/** Throws `bad-recipient` (usage) unless each is one of age (`age1…`). */
export function assertRecipients(recipients: readonly string[]): void {
  encrypterFor(recipients);
}

/** Encrypts a file to recipients, into a new file that is on the disk when this ends. */
export async function encryptFile(
  recipients: readonly string[],
  plain: string,
  encrypted: string,
  signal?: AbortSignal,
): Promise<void> {
  await toNewFile(nodeStream(await encrypterFor(recipients).encrypt(webStream(plain))), encrypted, signal);
}

/**
 * Runs `work` on a decrypted copy of an age file, which is gone when it ends. `identities` are `AGE-SECRET-KEY-1…`, one a
 * line; lines with # are comments. Throws `bad-identity` (usage), and `cannot-decrypt` (usage) when none of them opens the
 * file, or it was changed or cut short.
 */
export async function withDecrypted<T>(
  encrypted: string,
  identities: string,
  work: (plain: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const decrypter = decrypterFor(identities);
  const folder = await mkdtemp(join(tmpdir(), "assay-package-"));
  try {
    const plain = join(folder, basename(encrypted).replace(/\.age$/, ""));
    await decrypt(decrypter, encrypted, plain, signal);
    return await work(plain);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function decrypt(
  decrypter: Decrypter,
  encrypted: string,
  plain: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await toNewFile(nodeStream(await decrypter.decrypt(webStream(encrypted))), plain, signal);
  } catch (cause) {
    throwIfCancelled(signal);
    if (cause instanceof Error && "syscall" in cause) throw cause;
    const message = "the file cannot be decrypted: none of the identities opens it, or it was changed or cut short";
    throw new Problem("usage", "cannot-decrypt", message, {}, { cause });
  }
}

function encrypterFor(recipients: readonly string[]): Encrypter {
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch (cause) {
      const message = `expected an age recipient such as age1…, got ${quote(recipient)}`;
      throw new Problem("usage", "bad-recipient", message, { found: quote(recipient) }, { cause });
    }
  }
  return encrypter;
}

function decrypterFor(identities: string): Decrypter {
  const decrypter = new Decrypter();
  const lines = identities.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
  for (const [index, line] of lines.entries()) {
    try {
      decrypter.addIdentity(line);
    } catch (cause) {
      throw new Problem("usage", "bad-identity", `identity ${index + 1}: expected AGE-SECRET-KEY-1…`, {}, { cause });
    }
  }
  return decrypter;
}

/** Writes a new file and brings it to the disk. */
export async function toNewFile(
  content: NodeJS.ReadableStream,
  file: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const target = createWriteStream(file, { flags: "wx", flush: true });
  await pipeline(content, target, signal ? { signal } : {});
}

// The types of Node's web streams and of the DOM's differ in overloads that are not used; they are the same classes.

function webStream(file: string): ReadableStream<Uint8Array> {
  return Readable.toWeb(createReadStream(file)) as unknown as ReadableStream<Uint8Array>;
}

function nodeStream(stream: ReadableStream<Uint8Array>): Readable {
  return Readable.fromWeb(stream as unknown as NodeStream);
}
