import { open, readFile } from "node:fs/promises";

import { platformHash } from "../bundle/platform-crypto.ts";
import { Problem, quote } from "../model/problem.ts";
import {
  decryptSigningKey,
  encryptSigningKey,
  formatSigningKey,
  isEncryptedSigningKey,
  parseSigningKey,
  type SigningKey,
} from "../signing/signing-key.ts";
import { formatVerifierKey } from "../signing/verifier-key.ts";

/** A key file is one line. */
const MAX_KEY_BYTES = 4_096;

/** Reads a log's signing key. Throws `signing-key-malformed`, `passphrase-missing` and `passphrase-wrong`. */
export async function readLogKey(path: string, passphrase: string | undefined): Promise<SigningKey> {
  const text = (await readFile(path, "utf8")).trim();
  if (text.length > MAX_KEY_BYTES) {
    throw new Problem("usage", "signing-key-malformed", `${quote(path)} is no signing key: it is too long`, {
      file: path,
    });
  }
  if (!isEncryptedSigningKey(text)) return parseSigningKey(platformHash, text);
  if (passphrase === undefined) {
    const message = "the signing key is under a passphrase; give --passphrase-file";
    throw new Problem("usage", "passphrase-missing", message, { file: path });
  }
  return decryptSigningKey(platformHash, crypto, text, passphrase);
}

/** Writes a log's signing key (0600) and its verifier key beside it. Throws `key-exists` (usage). */
export async function writeLogKey(path: string, key: SigningKey, passphrase: string | undefined): Promise<void> {
  const text = passphrase === undefined ? formatSigningKey(key) : await encryptSigningKey(crypto, key, passphrase);
  await writeNew(`${path}.vkey`, `${formatVerifierKey(key.verifier)}\n`, 0o644);
  await writeNew(path, `${text}\n`, 0o600);
}

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  try {
    const file = await open(path, "wx", mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "EEXIST")) throw cause;
    const message = "making a key: expected no file there, found one";
    throw new Problem("usage", "key-exists", message, { file: path }, { cause });
  }
}
