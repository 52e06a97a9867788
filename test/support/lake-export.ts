import { gzipSync } from "node:zlib";

import { seededRsaKey } from "../../core/selftest/seeded-rsa.ts";
import { sha256 } from "./cloudtrail-export.ts";

const KEY = seededRsaKey("lake");
const FINGERPRINT = "67b9fa73676d86966b449dd677850753";

/** Query results of CloudTrail Lake with their signed list: `result_1.csv.gz` and so on, by their text. */
export function lakeExport(texts: readonly string[]): Map<string, Buffer> {
  const files = new Map(texts.map((text, at) => [`result_${at + 1}.csv.gz`, gzipSync(text)]));
  const listed = [...files].map(([fileName, bytes]) => ({ fileName, fileHashValue: sha256(bytes) }));
  const sign = {
    version: "1.0",
    region: "eu-west-1",
    files: listed,
    hashAlgorithm: "SHA-256",
    signatureAlgorithm: "SHA256withRSA",
    hashSignature: KEY.sign(Buffer.from(listed.map(({ fileHashValue }) => fileHashValue).join(" "))),
    publicKeyFingerprint: FINGERPRINT,
    queryCompleteTime: "2026-09-15T00:00:00Z",
  };
  return files.set("result_sign.json", Buffer.from(JSON.stringify(sign)));
}

/** The answer of ListPublicKeys that holds the key of {@link lakeExport}. */
export function lakeKeyList(): Buffer {
  return Buffer.from(
    JSON.stringify({
      PublicKeyList: [
        {
          Value: KEY.pkcs1.toString("base64"),
          Fingerprint: FINGERPRINT,
          ValidityStartTime: "2026-09-01T00:00:00Z",
          ValidityEndTime: "2026-10-01T00:00:00Z",
        },
      ],
    }),
  );
}
