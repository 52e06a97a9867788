import { z } from "zod";

import { type ExaminerKeys } from "../model/examiner-keys.ts";
import { operation } from "./operation.ts";

const grant = z.string().min(1).max(200);
const passphrase = z.string().max(1_000);
const reason = z.string().trim().min(1).max(20_000);
const fingerprint = z.string().regex(/^[0-9a-f]{64}$/);

/** A PKCS#12 file with the passphrase that opens it. */
const pkcs12 = z.strictObject({ kind: z.literal("pkcs12"), grant, filePassphrase: passphrase });

/** A key that stays on its token: the PKCS #11 module that the examiner chose, the token's label, the id of key and certificate. */
const token = z.strictObject({ kind: z.literal("token"), grant, token: z.string().max(200), id: z.string().max(200) });

/** The keys of the examiner. Their private halves never leave the worker. */
export const keysOperations = {
  "keys.list": operation<ExaminerKeys>()(z.undefined()),
  /**
   * Takes a key as the examiner's first; kept under `passphrase`, or by the file's mode alone for null. Of a key on a token
   * `passphrase` is the PIN, which is tried and kept nowhere. Fails with `key-exists` (then it is a rotation), `pkcs12-legacy`,
   * `pkcs12-unsupported`, `passphrase-wrong`, `bad-token-key` and, for what is wrong with a token, as `signOnToken`.
   */
  "keys.import": operation<ExaminerKeys>()(
    z.strictObject({ from: z.discriminatedUnion("kind", [pkcs12, token]), passphrase: passphrase.nullable() }),
  ),
  /** A new or imported key takes the place of the current one, which must be unlocked and endorses it. */
  "keys.rotate": operation<ExaminerKeys>()(
    z.strictObject({
      to: z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("new"), name: z.string().trim().min(1).max(64) }),
        pkcs12,
        token,
      ]),
      passphrase: passphrase.nullable(),
      reason,
    }),
  ),
  /**
   * Keeps the current key under another passphrase, or for null by the file's mode alone; `current` is null for a key without
   * one. Fails with `passphrase-wrong`, `passphrase-missing` and `key-store-unavailable`.
   */
  "keys.setPassphrase": operation<ExaminerKeys>()(
    z.strictObject({ current: passphrase.nullable(), next: passphrase.nullable() }),
  ),
  /** Retires a key that is lost or in other hands; `from` (RFC 3339) is when that began. No passphrase is asked for. */
  "keys.reportLoss": operation<ExaminerKeys>()(
    z.strictObject({ fingerprint, kind: z.enum(["lost", "compromised"]), from: z.string().max(40), reason }),
  ),
  /** Writes the page that lets others compare the fingerprint: HTML for a name that ends so, else PDF. */
  "keys.fingerprintSheet": operation<{ readonly sha256: string }>()(z.strictObject({ fingerprint, grant })),
  /** Puts the key store of the computer around the key file, or takes it off. Fails with `key-store-unavailable`. */
  "keys.setWrap": operation<ExaminerKeys>()(z.strictObject({ inUse: z.boolean() })),
} as const;
