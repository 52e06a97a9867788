/**
 * A package on its way to somebody: one age file (age-encryption.org/v1) around the zip. It hides the package and nothing
 * more: what is signed is inside, and the verdict never depends on the cover.
 */
import { readFile, rename, rm, writeFile } from "node:fs/promises";

import { Decrypter, Encrypter } from "age-encryption";

import { Problem, quote } from "../model/problem.ts";

/** Encrypts a file to recipients (`age1…`) under a new name, and removes the plain one. Throws `bad-recipient` (usage). */
export async function encryptFor(recipients: readonly string[], plain: string, out: string): Promise<void> {
  const partial = `${out}.partial`;
  try {
    const encrypter = encrypterFor(recipients);
    await writeFile(partial, await encrypter.encrypt(new Uint8Array(await readFile(plain))), { flag: "wx" });
    await rename(partial, out);
  } finally {
    await rm(plain, { force: true });
    await rm(partial, { force: true });
  }
}

/** Where a package is written, where it ends up, and for whom it is hidden. */
export interface PackagePlace {
  readonly plain: string;
  readonly out: string;
  readonly recipients: readonly string[];
}

/** Checks target and recipients before anything is written. Throws `bad-extension` and `bad-recipient` (usage). */
export function packageTarget(out: string, recipients: readonly string[]): PackagePlace {
  if (recipients.length === 0) return { plain: out, out, recipients };
  encrypterFor(recipients);
  if (out.endsWith(".zip.age")) return { plain: out.slice(0, -".age".length), out, recipients };
  const message = "an encrypted package expected a name that ends in .zip.age";
  throw new Problem("usage", "bad-extension", message, { file: out });
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

/**
 * The zip in an age file, by identities (`AGE-SECRET-KEY-1…`, one a line; lines with # are comments). Throws
 * `bad-identity` (usage) and `cannot-decrypt` (usage) when none of them opens it or the file was changed.
 */
export async function decryptWith(identities: string, encrypted: Uint8Array): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  const lines = identities.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
  for (const [index, line] of lines.entries()) {
    try {
      decrypter.addIdentity(line);
    } catch (cause) {
      throw new Problem("usage", "bad-identity", `identity ${index + 1}: expected AGE-SECRET-KEY-1…`, {}, { cause });
    }
  }
  try {
    return await decrypter.decrypt(new Uint8Array(encrypted));
  } catch (cause) {
    const message = "the file cannot be decrypted: none of the identities opens it, or it was changed";
    throw new Problem("usage", "cannot-decrypt", message, {}, { cause });
  }
}
