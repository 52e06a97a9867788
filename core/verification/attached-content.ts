/** Whether what an attachment is about is the file that lies before us. */
import { equalBytes, formatHex } from "../encoding/bytes.ts";
import { listOf, memberOf, textOf } from "../encoding/json-value.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { Problem, quote } from "../model/problem.ts";
import { type Hash } from "../model/digest.ts";
import { type Envelope } from "../signing/dsse.ts";
import { type AttachedFile } from "./attachment-means.ts";
import { check, finding, notAttempted, type CheckOutcome } from "./findings.ts";

const IN_TOTO = "application/vnd.in-toto+json";
/** Versions 1 and 0.1 name files in the same way. */
const STATEMENT_TYPES = ["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"];
const MAX_SUBJECTS = 100_000;

const SAME = "the file has the digest that the attachment states";

/** Compares content with the file; without one the content speaks for itself. */
export function judgeSameContent(hash: Hash, content: Uint8Array, file: AttachedFile | undefined): CheckOutcome {
  if (file === undefined) return judgedByItself();
  if (equalBytes(content, file.content)) return { checks: [check("signed-content", 1, 0, SAME)], findings: [] };
  return otherContent(formatHex(hash(content)), formatHex(hash(file.content)));
}

/** Compares a stated digest (SHA-256) with the file. */
export function judgeSameDigest(hash: Hash, digest: Uint8Array, file: AttachedFile): CheckOutcome {
  const found = hash(file.content);
  if (equalBytes(digest, found)) return { checks: [check("signed-content", 1, 0, SAME)], findings: [] };
  return otherContent(formatHex(digest), formatHex(found));
}

/** What an envelope is about: the subjects of an in-toto statement, or its payload. */
export function judgeEnvelopeContent(hash: Hash, envelope: Envelope, file: AttachedFile | undefined): CheckOutcome {
  if (envelope.payloadType !== IN_TOTO) return judgeSameContent(hash, envelope.payload, file);
  const { value, problems } = parseStrictJson(envelope.payload);
  const type = textOf(value, "_type");
  if (problems.length > 0 || type === undefined || !STATEMENT_TYPES.includes(type)) {
    const message = `The envelope holds no statement of in-toto that is known here, but ${quote(type ?? "other content")}.`;
    return {
      checks: [check("signed-content", 1, 1, message)],
      findings: [finding("statement-unknown", "not-verifiable", message)],
    };
  }
  if (file === undefined) throw noFile("the envelope names files by their digests");
  const subjects = listOf(value, "subject");
  if (subjects.length > MAX_SUBJECTS) {
    const message = `envelope: expected at most ${MAX_SUBJECTS} subjects, got ${subjects.length}`;
    throw new Problem("refused", "envelope-malformed", message);
  }
  const digest = formatHex(hash(file.content));
  const names = subjects.filter((subject) => digestOf(subject) === digest);
  if (names.length > 0) {
    const named = quote(textOf(names[0], "name") ?? "");
    const note = `the file is the subject ${named}, one of ${subjects.length}, of a statement of type ${predicateOf(value)}`;
    return { checks: [check("signed-content", subjects.length, 0, note)], findings: [] };
  }
  const stated = subjects.map((subject) => digestOf(subject)).find((found) => found !== undefined);
  return otherContent(stated ?? "no SHA-256 digest", digest);
}

function digestOf(subject: JsonValue): string | undefined {
  return textOf(subject, "digest", "sha256");
}

function predicateOf(statement: JsonValue | undefined): string {
  const type = memberOf(statement, "predicateType");
  return quote(typeof type === "string" ? type : "");
}

/** The usage problem of an attachment that only a file gives a meaning. */
export function noFile(reason: string): Problem {
  return new Problem("usage", "no-file", `expected the file that the attachment is about, too: ${reason}`);
}

function judgedByItself(): CheckOutcome {
  return {
    checks: [notAttempted("signed-content", "no file was given: judged is the content in the attachment")],
    findings: [],
  };
}

/** As a time stamp over other data: whoever made it, it is not about this file. */
function otherContent(expected: string, found: string): CheckOutcome {
  const message =
    "What was signed is not this file: it was changed afterwards, or the attachment belongs to another file.";
  return {
    checks: [check("signed-content", 1, 1, message)],
    findings: [finding("attached-to-other-content", "altered", message, {}, { expected, found })],
  };
}
