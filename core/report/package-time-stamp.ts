/**
 * Time stamps over a package that is already signed: tokens of RFC 3161 over signatures/SHA256SUMS.p7s, kept in
 * timestamps/. No signed byte changes, so they can be added when a network is at hand, by anybody.
 */
import { webcrypto } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { Problem } from "../model/problem.ts";
import { type TimeAuthority } from "../signing/time-authority.ts";
import { answersQuery, formatTimeStampQuery } from "../signing/time-stamp-query.ts";
import { verifyTimeStamp, type TimeStamp } from "../signing/time-stamp.ts";
import { SUMS_CMS, TIME_STAMPS } from "./package-layout.ts";

// The types of Node's WebCrypto and of the DOM's differ in overloads that are not used; it is the same interface.
const platformCrypto = webcrypto as Crypto;
const NONCE_BYTES = 16;

/** A request for a time stamp of this package, DER. Throws `not-a-package-folder` (usage). */
export async function packageTimeStampQuery(folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const digest = await platformCrypto.subtle.digest("SHA-256", new Uint8Array(await readSignature(folder)));
  return formatTimeStampQuery(new Uint8Array(digest), platformCrypto.getRandomValues(new Uint8Array(NONCE_BYTES)));
}

/** An answer to be put into a package. */
export interface TimeStampAnswer {
  /** TimeStampResp, DER. */
  readonly response: Uint8Array;
  /** The request it answers, to compare the nonce; null when it is not at hand. */
  readonly query: Uint8Array | null;
  /** Certificates of the authority that the person trusts. */
  readonly authorities: readonly TimeAuthority[];
  /** The same in PEM, kept beside the token for `openssl ts -verify`. */
  readonly chain: string;
}

/**
 * Checks an answer and puts it into the package as the next timestamps/<n>.tsr. Throws `not-a-package-folder` (usage) and
 * `time-stamp-refused` (not ready) for one that is malformed, of other data, of another request, or of no trusted authority.
 */
export async function addPackageTimeStamp(
  folder: string,
  { response, query, authorities, chain }: TimeStampAnswer,
): Promise<{ readonly file: string; readonly stamp: TimeStamp }> {
  const result = await verifyTimeStamp(platformCrypto, response, await readSignature(folder), authorities);
  if (result.kind === "other-data") throw refusal("it stamps other data than this package's signature");
  if (result.kind === "weak") throw refusal(`its algorithm ${result.algorithm} is too weak`);
  if (result.kind !== "valid") throw refusal(result.reason);
  if (query !== null && !answersQuery(response, query)) throw refusal("it does not answer the request that was given");
  const stamps = join(folder, TIME_STAMPS);
  await mkdir(stamps, { recursive: true });
  const name = `${1 + (await readdir(stamps)).filter((file) => file.endsWith(".tsr")).length}`;
  await writeFile(join(stamps, `${name}.pem`), chain, { flag: "wx" });
  await writeFile(join(stamps, `${name}.tsr`), response, { flag: "wx" });
  return { file: `${TIME_STAMPS}/${name}.tsr`, stamp: result.stamp };
}

async function readSignature(folder: string): Promise<Uint8Array> {
  const file = join(folder, SUMS_CMS);
  const isFolder = await stat(folder).then((found) => found.isDirectory());
  if (isFolder) {
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes !== undefined) return bytes;
  }
  throw new Problem("usage", "not-a-package-folder", "expected the folder of a findings package; unpack a zip first", {
    file: folder,
    expected: SUMS_CMS,
  });
}

function refusal(reason: string): Problem {
  return new Problem("not-ready", "time-stamp-refused", `the time stamp was not added: ${reason}`);
}
