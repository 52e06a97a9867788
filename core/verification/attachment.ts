/**
 * Attachments: files that carry a signature over another file, or over content in them. Three formats, told by what is in them
 * and not by their names: DSSE envelopes, JSON Web Signatures, Sigstore bundles. Whom to trust is the examiner's to say; a key
 * or certificate that comes with the attachment shows at most that it is consistent.
 */
import { formatHex } from "../encoding/bytes.ts";
import { memberOf } from "../encoding/json-value.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { type AttachmentFormat, type AttachmentResult } from "../model/attachment.ts";
import { type Hash } from "../model/digest.ts";
import { Problem } from "../model/problem.ts";
import { type VerificationFinding, worstVerdict } from "../model/verdict.ts";
import { envelopeOf } from "../signing/dsse.ts";
import { isJsonWebSignature, parseJsonWebSignature } from "../signing/jws.ts";
import { isSigstoreBundle, parseSigstoreBundle } from "../signing/sigstore-bundle.ts";
import { type AttachedFile, type AttachmentJudgement, type AttachmentMeans } from "./attachment-means.ts";
import { judgeEnvelope } from "./envelope-attachment.ts";
import { judgeJsonWebSignature } from "./jws-attachment.ts";
import { judgeSigstoreBundle } from "./sigstore-attachment.ts";

/** Bundles with many entries and certificates are tens of kilobytes; an export inside its signature may be large. */
const MAX_ATTACHMENT_BYTES = 256 * 1024 * 1024;

/**
 * Judges an attachment over a file, or by itself when it carries its content. Throws `no-attachment`, the `refused` problems of
 * the formats, and `no-file` (usage) where only the file can tell.
 */
export async function verifyAttachment(
  bytes: Uint8Array,
  file: AttachedFile | undefined,
  means: AttachmentMeans,
): Promise<AttachmentResult> {
  const { format, judgement } = await judge(bytes, file, means);
  const { checks, findings, signer, provenTime, keys } = judgement;
  return {
    verdict: worstVerdict(findings.map(({ verdict }) => verdict)),
    format,
    over: file === undefined ? null : overOf(means.hash, file),
    signer,
    provenTime,
    checks,
    findings,
    keys,
  };
}

/** The result for an attachment that is refused. */
export function refusedAttachment(problem: Problem, hash: Hash, file: AttachedFile | undefined): AttachmentResult {
  const findings: VerificationFinding[] = [
    { code: problem.code, verdict: "refused", message: problem.message, where: {} },
  ];
  const over = file === undefined ? null : overOf(hash, file);
  return { verdict: "refused", format: null, over, signer: null, provenTime: null, checks: [], findings, keys: [] };
}

async function judge(
  bytes: Uint8Array,
  file: AttachedFile | undefined,
  means: AttachmentMeans,
): Promise<{ readonly format: AttachmentFormat; readonly judgement: AttachmentJudgement }> {
  if (bytes.length > MAX_ATTACHMENT_BYTES) throw notAnAttachment(`at most ${MAX_ATTACHMENT_BYTES} bytes`);
  const text = decodeUtf8(bytes);
  if (text === undefined) throw notAnAttachment("UTF-8");
  const document = documentOf(bytes, text);
  if (isJsonWebSignature(text, document)) {
    return {
      format: "jws",
      judgement: await judgeJsonWebSignature(parseJsonWebSignature(text, document), file, means),
    };
  }
  if (document !== undefined && isSigstoreBundle(document)) {
    const bundle = parseSigstoreBundle(document);
    return { format: "sigstore", judgement: await judgeSigstoreBundle(bundle, file, means) };
  }
  if (memberOf(document, "payloadType") === undefined) {
    throw notAnAttachment("a DSSE envelope, a JSON Web Signature or a Sigstore bundle");
  }
  return { format: "dsse", judgement: await judgeEnvelope(envelopeOf(document), file, means) };
}

/** The JSON document that the file is; undefined for a file that does not begin as one. */
function documentOf(bytes: Uint8Array, text: string): JsonValue | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  const { value, problems } = parseStrictJson(bytes);
  const [problem] = problems;
  if (problem !== undefined) throw notAnAttachment(`one JSON document that all tools read alike: ${problem.message}`);
  return value;
}

function overOf(hash: Hash, { name, content }: AttachedFile): AttachmentResult["over"] {
  return { file: name, sha256: formatHex(hash(content)), byteLength: content.length };
}

function notAnAttachment(expected: string): Problem {
  return new Problem("refused", "no-attachment", `attachment: expected ${expected}`, { expected });
}
