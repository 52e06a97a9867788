import { type Files } from "./bytes.ts";
import { spkiOf } from "./certificate.ts";
import { examinerKey } from "./keys.ts";
import { fail, type Line, open, pass } from "./line.ts";

/** Whether the key of the certificate signed SHA256SUMS. */
export async function checkSignature(files: Files, certificate: Uint8Array | undefined): Promise<Line[]> {
  const sums = files.get("SHA256SUMS");
  const signature = files.get("signatures/SHA256SUMS.sig");
  if (certificate === undefined || sums === undefined || signature === undefined) {
    return [fail("Signature", "the list, its signature or the certificate is missing")];
  }
  const verify = await examinerKey(spkiOf(certificate));
  const valid = await verify(signature, sums);
  return [
    valid
      ? pass("Signature", "the key of keys/examiner.crt signed SHA256SUMS")
      : fail("Signature", "no signature of SHA256SUMS by the key of keys/examiner.crt"),
    open(
      "Signature",
      "signatures/SHA256SUMS.p7s and the signature in report.pdf are not checked by this page: use openssl and pdfsig",
    ),
  ];
}
