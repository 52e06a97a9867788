/**
 * The package as an in-toto statement (in-toto attestation framework, Statement v1) in a DSSE envelope, for pipelines that check
 * attestations. Its subjects are the files that SHA256SUMS lists, but for the statement itself; the examiner's key signs it as
 * it signs the list. `keyid` is the fingerprint of the certificate.
 *
 *     {"payloadType":"application/vnd.in-toto+json","payload":"eyJ…","signatures":[{"keyid":"9f86…","sig":"MEUC…"}]}
 *     payload: {"_type":"https://in-toto.io/Statement/v1","predicate":{…},"predicateType":"https://assay.example/findings-package/v1",
 *               "subject":[{"digest":{"sha256":"e3b0…"},"name":"findings.json"},…]}
 */
import { z } from "zod";

import { canonicalJsonBytes } from "../encoding/canonical-json.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { NAMESPACE } from "../model/namespace.ts";
import { type Envelope, formatEnvelope, parseEnvelope, preAuthEncoding } from "../signing/dsse.ts";
import { type ExaminerSign } from "../signing/examiner-signature.ts";
import { type SumLine, sumLines } from "./sums.ts";

const PAYLOAD_TYPE = "application/vnd.in-toto+json";
const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
const PREDICATE_TYPE = `${NAMESPACE}/findings-package/v1`;

/** What the statement says of the package besides its files. */
interface PackagePredicate {
  readonly report: { readonly id: string; readonly issuedAt: string; readonly draft: boolean };
  /** The entry of the custody journal that the report speaks up to, and its hash. */
  readonly custody: { readonly seq: number; readonly head: string };
  readonly program: { readonly name: string; readonly version: string };
}

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const statementShape = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.strictObject({ name: z.string(), digest: z.strictObject({ sha256: digest }) })),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.strictObject({
    report: z.strictObject({ id: z.string(), issuedAt: z.string(), draft: z.boolean() }),
    custody: z.strictObject({ seq: z.number().int().min(0), head: digest }),
    program: z.strictObject({ name: z.string(), version: z.string() }),
  }),
});

/** A signed statement over files: SHA-256 (lower-case hex) by path. `fingerprint` is that of the signer's certificate. */
export async function packageStatement(
  digests: ReadonlyMap<string, string>,
  predicate: PackagePredicate,
  sign: ExaminerSign,
  fingerprint: string,
): Promise<Uint8Array> {
  const subject = sumLines(digests).map(({ path, sha256 }) => ({ name: path, digest: { sha256 } }));
  const payload = canonicalJsonBytes({ _type: STATEMENT_TYPE, subject, predicateType: PREDICATE_TYPE, predicate });
  const signature = await sign(preAuthEncoding(PAYLOAD_TYPE, payload));
  return formatEnvelope({ payloadType: PAYLOAD_TYPE, payload, signatures: [{ keyId: fingerprint, signature }] });
}

/** A statement taken apart: what was signed, the signature, and the files that it is about. */
interface ReadStatement {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** The fingerprint that it names as the signer's. */
  readonly keyId: string;
  readonly files: readonly SumLine[];
}

/** Reads a statement that has exactly the form above; the text says what is wrong otherwise. */
export function readStatement(bytes: Uint8Array): ReadStatement | string {
  const envelope = readEnvelope(bytes);
  const [only, ...more] = envelope?.signatures ?? [];
  if (envelope === undefined || only?.keyId === undefined || more.length > 0)
    return "expected one signed DSSE envelope";
  const { payloadType, payload } = envelope;
  const statement = statementShape.safeParse(jsonOf(payload)).data;
  if (payloadType !== PAYLOAD_TYPE || statement === undefined) return `expected a statement ${PREDICATE_TYPE}`;
  if (!equalBytes(canonicalJsonBytes(statement), payload)) return "expected the statement as canonical JSON";
  const files = statement.subject.map(({ name, digest: { sha256 } }) => ({ path: name, sha256 }));
  return { signed: preAuthEncoding(payloadType, payload), signature: only.signature, keyId: only.keyId, files };
}

/** An envelope that is written as ours are. */
function readEnvelope(bytes: Uint8Array): Envelope | undefined {
  try {
    const envelope = parseEnvelope(bytes);
    return equalBytes(formatEnvelope(envelope), bytes) ? envelope : undefined;
  } catch {
    return undefined;
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes) ?? "");
  } catch {
    return undefined;
  }
}
