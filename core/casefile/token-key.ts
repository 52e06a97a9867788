/**
 * An examiner's key on a token (PKCS #11): a smart card, a USB key, an HSM. The private half never leaves it; `examiner.key` says
 * where it is, as PEM labelled ASSAY TOKEN KEY around
 *
 *     {"module":"/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so","token":"R. Adeyemi","id":"a1"}
 *
 * OpenSC's `pkcs11-tool` speaks to the token as a child process, so that no module of a vendor is loaded into this one. The PIN
 * reaches it in its environment, never on a command line that others can list; what is signed is a digest.
 */
import { spawn } from "node:child_process";
import { isAbsolute } from "node:path";

import { z } from "zod";

import { platformHash } from "../bundle/platform-crypto.ts";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.ts";
import { Problem, quote } from "../model/problem.ts";
import { type Certificate, parseCertificate } from "../signing/certificate.ts";
import { der, derNull, derObjectIdentifier, derOctets, SEQUENCE } from "../signing/der.ts";
import { examinerAlgorithm, unsupportedExaminerKey, verifyExaminerSignature } from "../signing/examiner-signature.ts";
import { formatPem, parsePem } from "../signing/pem.ts";

const LABEL = "ASSAY TOKEN KEY";
const TOOL = "pkcs11-tool";
const PIN_VARIABLE = "ASSAY_TOKEN_PIN";
/** A certificate is a few KB; what a broken module writes has no end. */
const MAX_OUTPUT_BYTES = 64 * 1024;
/** Cards take seconds; one that asks for a touch waits for a person. */
const TIMEOUT_MS = 120_000;

const shape = z.strictObject({
  /** The vendor's PKCS #11 module, an absolute path. */
  module: z.string().min(1).max(4_096).refine(isAbsolute),
  /** Label of the token. */
  token: z.string().min(1).max(32),
  /** CKA_ID of key and certificate, lower-case hex. */
  id: z.string().regex(/^(?:[0-9a-f]{2}){1,64}$/),
});

/** Where a key is that never leaves its token. */
export type TokenKey = z.output<typeof shape>;

/** Takes apart what a person gave. Throws `bad-token-key` (usage). */
export function parseTokenKey(key: unknown): TokenKey {
  const parsed = shape.safeParse(key);
  if (parsed.success) return parsed.data;
  const expected = "an absolute path of a module, the label of a token, and an id in hex of even length";
  throw new Problem("usage", "bad-token-key", `key on a token: expected ${expected}`, { expected });
}

/** The text of `examiner.key` for a key on a token. */
export function formatTokenKey({ module, token, id }: TokenKey): string {
  return formatPem(LABEL, encodeUtf8(JSON.stringify({ module, token, id })));
}

/** Where the key of a key file is when it is on a token; undefined for a file that holds its key. Throws `bad-token-key`. */
export function tokenKeyOf(pem: string): TokenKey | undefined {
  if (!pem.includes(`-----BEGIN ${LABEL}-----`)) return undefined;
  return parseTokenKey(jsonOf(decodeUtf8(parsePem(pem).der) ?? ""));
}

/**
 * The certificate beside a key on a token. No PIN is asked for. Throws `token-tool-missing`, `token-module-missing`, `token-absent`,
 * `token-key-missing`, `token-failed` (machine), `certificate-malformed` and, for keys that examiners do not sign with,
 * `private-key-unsupported` (usage).
 */
export async function readTokenCertificate(key: TokenKey): Promise<Certificate> {
  const der = await runTool(key, ["--read-object", "--type", "cert", "--id", key.id]);
  const certificate = parseCertificate(der);
  if (examinerAlgorithm(certificate.publicKey) !== undefined) return certificate;
  throw unsupportedExaminerKey();
}

/**
 * Signs with a key on a token; a signature that its certificate does not confirm is never returned.
 * Throws as {@link readTokenCertificate} and `passphrase-wrong` (usage), `token-pin-locked`, `token-mechanism` (machine).
 */
export async function signOnToken(
  key: TokenKey,
  pin: string,
  certificate: Certificate,
  data: Uint8Array,
): Promise<Uint8Array> {
  const isRsa = examinerAlgorithm(certificate.publicKey)?.kind === "rsa";
  const digest = platformHash(data);
  const mechanism = isRsa ? ["--mechanism", "RSA-PKCS"] : ["--mechanism", "ECDSA", "--signature-format", "openssl"];
  const args = ["--login", "--pin", `env:${PIN_VARIABLE}`, "--sign", ...mechanism, "--id", key.id];
  const signature = await runTool(key, args, { pin, input: isRsa ? digestInfo(digest) : digest });
  if (await verifyExaminerSignature(crypto, certificate.publicKey, data, signature)) return signature;
  throw failed("token-failed", "a signature by the key of its certificate", "another one");
}

/** What CKM_RSA_PKCS pads: the digest and its algorithm (RFC 8017 §9.2, step 2). */
function digestInfo(sha256: Uint8Array): Uint8Array {
  return der(SEQUENCE, der(SEQUENCE, derObjectIdentifier("2.16.840.1.101.3.4.2.1"), derNull()), derOctets(sha256));
}

interface ToolInput {
  readonly pin: string;
  readonly input: Uint8Array;
}

/** What the tool writes to its standard output. */
async function runTool({ module, token }: TokenKey, args: readonly string[], given?: ToolInput): Promise<Uint8Array> {
  const child = spawn(TOOL, ["--module", module, "--token-label", token, ...args], {
    env: { ...process.env, ...(given && { [PIN_VARIABLE]: given.pin }) },
    stdio: ["pipe", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
  });
  // A child that ends early closes its input: what it says of that is told below.
  child.stdin.on("error", () => undefined);
  child.stdin.end(given?.input);
  const [output, errors, code] = await Promise.all([
    collect(child.stdout),
    collect(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.once("error", (cause) => reject(failed("token-tool-missing", `OpenSC's ${TOOL}`, "none", cause)));
      child.once("close", resolve);
    }),
  ]);
  if (code === 0) return output;
  throw problemOf(decodeUtf8(errors) ?? "", code);
}

/** The first bytes of a stream, which is read to its end. */
async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let left = MAX_OUTPUT_BYTES;
  for await (const chunk of stream) {
    if (left > 0) chunks.push(chunk.subarray(0, left));
    left -= chunk.length;
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** What the tool says, as a problem: return values of PKCS #11 v2.40 §11.1, and its own words. */
const FAILURES: readonly {
  readonly says: RegExp;
  readonly code: string;
  readonly expected: string;
  readonly found: string;
}[] = [
  { says: /CKR_PIN_LOCKED/, code: "token-pin-locked", expected: "a token that takes its PIN", found: "it is locked" },
  {
    says: /Failed to load pkcs11 module|sc_dlopen failed/,
    code: "token-module-missing",
    expected: "a PKCS #11 module",
    found: "none that can be loaded",
  },
  {
    says: /No slot with token named|No slots|CKR_TOKEN_NOT_PRESENT|CKR_DEVICE_REMOVED|CKR_SLOT_ID_INVALID/,
    code: "token-absent",
    expected: "the token in its reader",
    found: "no token of this label",
  },
  {
    says: /key not found|object not found|CKR_KEY_HANDLE_INVALID|CKR_OBJECT_HANDLE_INVALID/i,
    code: "token-key-missing",
    expected: "a key and its certificate with this id on the token",
    found: "none",
  },
  {
    says: /CKR_MECHANISM_INVALID|CKR_MECHANISM_PARAM_INVALID|CKR_KEY_TYPE_INCONSISTENT|CKR_KEY_FUNCTION_NOT_PERMITTED/,
    code: "token-mechanism",
    expected: "a key that signs digests (CKM_ECDSA, CKM_RSA_PKCS)",
    found: "one that does not",
  },
];

function problemOf(errors: string, code: number | null): Problem {
  if (/CKR_PIN_(?:INCORRECT|INVALID|LEN_RANGE)/.test(errors)) {
    return new Problem("usage", "passphrase-wrong", "key on a token: the token refused the PIN");
  }
  const known = FAILURES.find(({ says }) => says.test(errors));
  if (known !== undefined) return failed(known.code, known.expected, known.found);
  const said = errors.split("\n").find((line) => line.startsWith("error:")) ?? `exit code ${code ?? "none"}`;
  return failed("token-failed", `${TOOL} to succeed`, quote(said));
}

function failed(code: string, expected: string, found: string, cause?: unknown): Problem {
  const message = `key on a token: expected ${expected}, found ${found}`;
  return new Problem("machine", code, message, { expected, found }, { cause });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
