import { describe, expect, test } from "vitest";

import { assembleReport } from "../../../core/report/assemble.ts";
import { hexDigest } from "../../../core/report/hex-digest.ts";
import { renderReport } from "../../../core/report/pdf.ts";
import { pdfSignatureFault, readAttachment, signPdf } from "../../../core/report/pdf-signature.ts";
import { type ReportInput } from "../../../core/report/report-input.ts";
import { ISSUED_AT, makeExaminer, makeReportInput } from "../../support/findings-package.ts";

async function render(input: ReportInput): Promise<Uint8Array> {
  const { model, findingsJson } = assembleReport(input);
  return renderReport({
    model,
    findingsJson,
    findingsSha256: hexDigest(findingsJson),
    custody: { seq: 412, head: "ab".repeat(32) },
    examiner: "R. Adeyemi",
    version: "0.1.0",
  });
}

describe("a rendered report", () => {
  test("is the same bytes for the same input", async () => {
    expect(hexDigest(await render(makeReportInput(null)))).toBe(hexDigest(await render(makeReportInput(null))));
  });

  test("embeds findings.json byte for byte", async () => {
    const input = makeReportInput(null);
    expect(await readAttachment(await render(input), "findings.json")).toEqual(
      new Uint8Array(assembleReport(input).findingsJson),
    );
  });

  test("stays an exact prefix of the signed one, which its signature covers as a whole", async () => {
    const examiner = await makeExaminer();
    const unsigned = await render(makeReportInput(examiner));
    const signed = await signPdf(unsigned, examiner, new Date(ISSUED_AT));
    expect(hexDigest(signed.bytes.subarray(0, signed.unsignedLength))).toBe(signed.unsignedSha256);
    expect(await pdfSignatureFault(signed.bytes, examiner.certificate)).toBeUndefined();
    expect(await pdfSignatureFault(signed.bytes, (await makeExaminer()).certificate)).toBe(
      "it names another certificate",
    );
    expect(await pdfSignatureFault(Buffer.concat([signed.bytes, Buffer.from("\n")]), examiner.certificate)).toBe(
      "the signature does not cover the whole file",
    );
    const changed = new Uint8Array(signed.bytes);
    changed[100] = (changed[100] ?? 0) ^ 1;
    expect(await pdfSignatureFault(changed, examiner.certificate)).toBe("the signature does not verify");
    expect(await pdfSignatureFault(unsigned, examiner.certificate)).toBe("expected one signature, found 0");
  });
});
