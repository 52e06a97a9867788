import { expect, it } from "vitest";

import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { Problem } from "../../../core/model/problem.ts";
import { createCertificate, parseCertificate } from "../../../core/signing/certificate.ts";
import { generateEcdsaKey } from "../../../core/signing/ecdsa.ts";

it("refuses a certificate whose dates were changed to something that cannot be written, such as a month 0", async () => {
  const keys = await generateEcdsaKey(crypto, false);
  const subject = { commonName: "Test Examiner" };
  const { der } = await createCertificate(platformHash, crypto, keys, subject, Date.UTC(2026, 0, 2));
  const validity = Buffer.from(der).indexOf("260102");
  const bytesOfBoth = 30;
  for (let offset = validity; offset < validity + bytesOfBoth; offset++) {
    for (const mask of [0x01, 0x80]) {
      const flipped = Uint8Array.from(der);
      flipped[offset] = (flipped[offset] ?? 0) ^ mask;
      try {
        expect(parseCertificate(flipped).der).toEqual(flipped);
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
      }
    }
  }
});
