import { describe, expect, it } from "vitest";

import { fingerprintSheet } from "../../../core/report/fingerprint-sheet.ts";
import { parseCertificate } from "../../../core/signing/certificate.ts";
import { ISSUED_AT, makeExaminer } from "../../support/findings-package.ts";

describe("the page with the fingerprint of a key", () => {
  it("says whose key it is, its fingerprint in groups and as openssl prints it, and how to compare", async () => {
    const { certificate, fingerprint } = await makeExaminer("R. <Adeyemi>");
    const choices = { writtenAt: ISSUED_AT, version: "0.1.0", form: "html" } as const;
    const page = Buffer.from(await fingerprintSheet(parseCertificate(certificate), choices)).toString("utf8");
    expect(page).toContain("R. &lt;Adeyemi&gt;");
    expect(page).toContain((fingerprint.match(/.{4}/g) ?? []).slice(4, 8).join("  "));
    expect(page).toContain((fingerprint.toUpperCase().match(/../g) ?? []).join(":"));
    expect(page).toContain("openssl x509 -in keys/examiner.crt");
    expect(page).not.toContain("report.pdf");
  });

  it("is the same PDF for the same key and time", async () => {
    const certificate = parseCertificate((await makeExaminer()).certificate);
    const choices = { writtenAt: ISSUED_AT, version: "0.1.0", form: "pdf" } as const;
    const [first, second] = [
      await fingerprintSheet(certificate, choices),
      await fingerprintSheet(certificate, choices),
    ];
    expect(Buffer.from(first).subarray(0, 5).toString()).toBe("%PDF-");
    expect(Buffer.from(first).equals(second)).toBe(true);
  });
});
