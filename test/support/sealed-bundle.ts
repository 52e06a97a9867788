import { createHash } from "node:crypto";
import { join } from "node:path";

import { platformEd25519Verify, platformHash } from "../../core/bundle/platform-crypto.ts";
import { type SealOptions } from "../../core/bundle/seal.ts";
import { instantFromMillis } from "../../core/model/time.ts";
import { signingKey, type SigningKey } from "../../core/signing/signing-key.ts";
import { type SealedLogMeans } from "../../core/verification/means.ts";

export const ORIGIN = "example.com/audit/test";

/** A signing key that is the same in every run. */
export function testKey(name: string = ORIGIN, fill = 7): SigningKey {
  return signingKey(platformHash, name, new Uint8Array(32).fill(fill));
}

/** Random bytes that are the same in every run. */
function seededRandom(seed: string): (byteLength: number) => Uint8Array {
  let counter = 0;
  return (byteLength) => {
    counter += 1;
    return createHash("sha256").update(`${seed} ${counter}`).digest().subarray(0, byteLength);
  };
}

/** One record; salts make all of them different. */
export function record(index: number): string {
  const time = new Date(Date.UTC(2026, 0, 2, 3, 4, index)).toISOString();
  return `{"time":"${time}","actor":"user-${index % 3}","action":"read"}`;
}

/** Options that seal `counts[k]` records into segment k, the same bytes in every run. */
export function sealOptions(folder: string, counts: readonly number[], change: Partial<SealOptions> = {}): SealOptions {
  let next = 0;
  let clock = Date.UTC(2026, 0, 3);
  const inputs = counts.map((count, position) => {
    const lines = Array.from({ length: count }, () => `${record(next++)}\n`).join("");
    return {
      name: `input-${position}.jsonl`,
      async *open(): AsyncGenerator<Uint8Array> {
        yield await Promise.resolve(Buffer.from(lines));
      },
    };
  });
  return {
    inputs,
    origin: ORIGIN,
    key: testKey(),
    output: join(folder, "bundle"),
    encoding: "plain",
    segmentBytes: 1_048_576,
    addSalt: true,
    tool: { name: "assay", version: "test" },
    hash: platformHash,
    now: () => instantFromMillis((clock += 1_000)),
    random: seededRandom("salt"),
    ...change,
  };
}

/** Means to verify with, trusting these keys. */
export function trusting(...keys: readonly SigningKey[]): SealedLogMeans {
  return {
    pinnedKeys: keys.map(({ verifier }) => verifier),
    hash: platformHash,
    ed25519: platformEd25519Verify,
    crypto: globalThis.crypto,
    policies: [],
    timeAuthorities: [],
    knownStates: null,
    nowMs: Date.UTC(2026, 10, 1),
  };
}
