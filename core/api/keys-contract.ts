import { z } from "zod";

import { type ExaminerKeys } from "../model/examiner-keys.ts";
import { operation } from "./operation.ts";

const grant = z.string().min(1).max(200);
const passphrase = z.string().max(1_000);
const reason = z.string().trim().min(1).max(20_000);
const fingerprint = z.string().regex(/^[0-9a-f]{64}$/);

/** A PKCS#12 file with the passphrase that opens it. */
const pkcs12 = z.strictObject({ kind: z.literal("pkcs12"), grant, filePassphrase: passphrase });

/** The keys of the examiner. Their private halves never leave the worker. */
export const keysOperations = {
  "keys.list": operation<ExaminerKeys>()(z.undefined()),
  /**
   * Takes the key of a PKCS#12 file as the examiner's first; kept under `passphrase`, or by the file's mode alone for null.
   * Fails with `key-exists` (then it is a rotation), `pkcs12-legacy`, `pkcs12-unsupported`, `passphrase-wrong`.
   */
  "keys.importPkcs12": operation<ExaminerKeys>()(
    z.strictObject({ grant, filePassphrase: passphrase, passphrase: passphrase.nullable() }),
  ),
  /** A new or imported key takes the place of the current one, which must be unlocked and endorses it. */
  "keys.rotate": operation<ExaminerKeys>()(
    z.strictObject({
      to: z.union([z.strictObject({ kind: z.literal("new"), name: z.string().trim().min(1).max(64) }), pkcs12]),
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
