import { rm } from "node:fs/promises";

import { type Endorser } from "../casefile/custody-session.ts";
import { formatBase64 } from "../encoding/base64.ts";
import { canonicalJson } from "../encoding/canonical-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { type CaseFile } from "../casefile/case-file.ts";
import { formatInstant, instant } from "../model/time.ts";
import { parseCertificate } from "../signing/certificate.ts";
import { examinerAlgorithm } from "../signing/examiner-signature.ts";
import { readClockOffsets } from "../triage/clock-offsets.ts";
import { type ExportOrder, type ManifestFile, type WrittenFile } from "./export-order.ts";
import { assertAbsent, Output } from "./output-file.ts";

const manifestPath = (out: string): string => `${out}.manifest.json`;

/** Throws `file-exists` (usage) when an export of this name, or its manifest, is there; before any work is done for it. */
export async function assertNewExport(out: string): Promise<void> {
  await assertAbsent(out);
  await assertAbsent(manifestPath(out));
}

/** Removes the manifest of an export that failed after it was written. */
export function removeManifest(out: string): Promise<void> {
  return rm(manifestPath(out), { force: true });
}

/**
 * Writes `<out>.manifest.json`: what was asked, from which evidence, with which clock, and the digest of every file. The
 * signature is by the examiner's key over the RFC 8785 bytes of the manifest without its member `signature`.
 * Throws `file-exists` (usage).
 */
export async function writeManifest(
  order: Pick<ExportOrder, "question" | "out" | "program" | "exportedAt" | "signer"> & {
    readonly format: { readonly name: string };
  },
  caseFile: CaseFile,
  files: readonly ManifestFile[],
): Promise<WrittenFile> {
  const { question } = order;
  const manifest = {
    format: order.format.name,
    exportedAt: order.exportedAt,
    program: { name: "assay", version: order.program.version, build: order.program.build },
    question: {
      query: question.query,
      from: bound(question.from),
      to: bound(question.to),
      logRecords: question.logRecords,
      copies: question.copies,
      sort: question.sort ?? null,
    },
    clock: {
      zone: "UTC",
      order: `${question.sort ? "the field of the question, then " : ""}recorded time with the offsets below, undated events last; equal times in evidence order`,
      // Added for display, and given beside the recorded time; no recorded time is changed.
      offsets: (await readClockOffsets(caseFile)).map(({ exhibit, nanoseconds, method, anchors }) => ({
        exhibit,
        nanoseconds: nanoseconds.toString(),
        method,
        anchors,
      })),
    },
    exhibits: caseFile.exhibits.map(({ id, label, sha256, verdict, records }) => ({
      id,
      label,
      sha256,
      verdict,
      records,
    })),
    files,
  };
  const signature = order.signer && (await signatureOf(canonicalJson(manifest), order.signer));
  const output = await Output.create(manifestPath(order.out));
  try {
    await output.write(`${JSON.stringify({ ...manifest, signature }, null, 2)}\n`);
    return await output.finish();
  } catch (error) {
    await output.discard();
    throw error;
  }
}

function bound(nanoseconds: bigint | null): string | null {
  return nanoseconds === null ? null : formatInstant(instant(nanoseconds));
}

async function signatureOf(text: string, signer: Endorser): Promise<object> {
  return {
    algorithm: examinerAlgorithm(parseCertificate(signer.certificate).publicKey)?.name,
    signer: signer.name,
    fingerprint: signer.fingerprint,
    certificate: formatBase64(signer.certificate),
    value: formatBase64(await signer.sign(encodeUtf8(text))),
  };
}
