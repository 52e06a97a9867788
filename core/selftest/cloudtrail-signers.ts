import { createHash } from "node:crypto";

import { type Json } from "./cloudtrail-events.ts";
import { seededRsaKey, type SeededRsaKey } from "./seeded-rsa.ts";

const HOUR = 60 * 60_000;

/** Which keys sign the digests of an export. */
export interface SignerPlan {
  readonly hours: number;
  /** The hour from which the next key signs. */
  readonly rotation?: number;
  /** How the lists state keys: as CloudTrail does, or as SubjectPublicKeyInfo. */
  readonly keyForm?: "pkcs1" | "spki";
  /** Text that the keys follow from. */
  readonly signer?: string;
}

/** The keys of each region: one, or two after a rotation. */
export class DigestSigners {
  readonly #plan: SignerPlan;
  readonly #firstHourMs: number;

  constructor(plan: SignerPlan, firstHourMs: number) {
    this.#plan = plan;
    this.#firstHourMs = firstHourMs;
  }

  /** The key that signs in an hour, counted from the first. */
  at(region: string, hour: number): SeededRsaKey {
    const { rotation = Number.POSITIVE_INFINITY, signer = "sample" } = this.#plan;
    return seededRsaKey(`${signer} ${region} ${hour < rotation ? 1 : 2}`);
  }

  /** What CloudTrail calls a key: the MD5 of its DER as the lists state it. */
  fingerprintOf(key: SeededRsaKey): string {
    return createHash("md5").update(this.#bytesOf(key)).digest("hex");
  }

  /** As ListPublicKeys answers; the periods of two keys overlap. */
  list(regions: readonly string[]): Buffer {
    const { rotation, hours } = this.#plan;
    const change = this.#firstHourMs + (rotation ?? hours) * HOUR;
    const keys = regions.flatMap((region) => {
      const first = this.#listed(this.at(region, -1), this.#firstHourMs - 240 * HOUR, change + 48 * HOUR);
      if (rotation === undefined) return [first];
      return [first, this.#listed(this.at(region, rotation), change - 48 * HOUR, change + 480 * HOUR)];
    });
    return Buffer.from(JSON.stringify({ PublicKeyList: keys }));
  }

  #listed(key: SeededRsaKey, from: number, to: number): Json {
    return {
      Value: this.#bytesOf(key).toString("base64"),
      ValidityStartTime: from / 1_000,
      ValidityEndTime: to / 1_000,
      Fingerprint: this.fingerprintOf(key),
    };
  }

  #bytesOf(key: SeededRsaKey): Buffer {
    return this.#plan.keyForm === "spki" ? key.spki : key.pkcs1;
  }
}
