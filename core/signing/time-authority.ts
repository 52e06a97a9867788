import { Certificate as X509 } from "pkijs";

import { formatHex } from "../encoding/bytes.ts";
import { type Hash } from "../model/digest.ts";
import { Problem, quote } from "../model/problem.ts";
import { parsePemBlocks } from "./pem.ts";

const COMMON_NAME = "2.5.4.3";
const ORGANIZATION = "2.5.4.10";

/** A certificate that the examiner pinned as one of a time authority: its root, one between, or its own. */
export interface TimeAuthority {
  readonly name: string;
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string;
  readonly certificate: X509;
}

/** Reads the certificates of a PEM text. Throws `pem-malformed` and `certificate-malformed`. */
export function parseTimeAuthorities(hash: Hash, pem: string): readonly TimeAuthority[] {
  return parsePemBlocks(pem).map(({ label, der }) => {
    if (label !== "CERTIFICATE") throw notACertificate(`a PEM block labelled CERTIFICATE, got ${quote(label)}`);
    try {
      const certificate = X509.fromBER(new Uint8Array(der));
      return { name: subjectNameOf(certificate), fingerprint: formatHex(hash(der)), certificate };
    } catch (cause) {
      throw notACertificate("an X.509 certificate in DER", cause);
    }
  });
}

/** The common name of a certificate's subject, or of its organization; words where it states neither. */
export function subjectNameOf({ subject }: X509): string {
  const texts = [COMMON_NAME, ORGANIZATION].map((type) => {
    const value = subject.typesAndValues.find((attribute) => attribute.type === type)?.value.valueBlock as unknown;
    return typeof value === "object" && value !== null && "value" in value && typeof value.value === "string"
      ? value.value
      : "";
  });
  return texts.find((text) => text !== "") ?? "an authority without a name";
}

function notACertificate(expected: string, cause?: unknown): Problem {
  return new Problem(
    "refused",
    "certificate-malformed",
    `time authority: expected ${expected}`,
    { expected },
    { cause },
  );
}
