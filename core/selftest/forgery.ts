/** What somebody who holds keys can sign: written from the text of the formats, with the platform's Ed25519. */
import { createPrivateKey, sign } from "node:crypto";

import { fileOf, rewriteManifests, sha256, type BagBytes } from "./bag-bytes.ts";
import { type SigningKey } from "../signing/signing-key.ts";

/** DER of a PKCS#8 Ed25519 key before its 32-byte seed (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const STATEMENT = "statement.dsse.json";

function signature(data: Uint8Array, { seed }: SigningKey): Buffer {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
  return sign(null, data, key);
}

/** A signature line for a note text (C2SP signed-note). */
export function signatureLine(text: string, key: SigningKey): string {
  const blob = Buffer.concat([Buffer.from(key.verifier.id, "hex"), signature(Buffer.from(text), key)]);
  return `— ${key.verifier.name} ${blob.toString("base64")}\n`;
}

/** The text of a note, and its signature lines. */
export function splitNote(note: Uint8Array): { readonly text: string; readonly lines: readonly string[] } {
  const whole = Buffer.from(note).toString("utf8");
  const split = whole.lastIndexOf("\n\n");
  const lines = whole.slice(split + 2).split("\n");
  return { text: whole.slice(0, split + 1), lines: lines.slice(0, -1).map((line) => `${line}\n`) };
}

export function joinNote(text: string, lines: readonly string[]): Buffer {
  return Buffer.from(`${text}\n${lines.join("")}`);
}

/** The parts of a statement that are changed here. */
interface StatementJson {
  readonly subject: { readonly name: string; digest: { sha256: string } }[];
  readonly predicate: Record<string, unknown>;
}

/**
 * Makes the manifests and the statement anew, signed by this key: what an exporter can do who holds it. `edit` may change
 * the statement before it is signed.
 */
export function exportAnew(
  bag: BagBytes,
  key: SigningKey,
  edit: (predicate: Record<string, unknown>) => void = () => undefined,
): void {
  rewriteManifests(bag);
  const { payloadType } = statementOf(bag);
  const statement = JSON.parse(payloadOf(bag).toString("utf8")) as StatementJson;
  for (const subject of statement.subject)
    subject.digest = { sha256: sha256(fileOf(bag, subject.name)).toString("hex") };
  edit(statement.predicate);
  bag.set(STATEMENT, envelope(payloadType, Buffer.from(JSON.stringify(statement)), key));
  rewriteManifests(bag);
}

/** The bytes that the export description is a signature over. */
export function payloadOf(bag: BagBytes): Buffer {
  return Buffer.from(statementOf(bag).payload, "base64");
}

function statementOf(bag: BagBytes): { readonly payload: string; readonly payloadType: string } {
  return JSON.parse(fileOf(bag, STATEMENT).toString("utf8")) as { payload: string; payloadType: string };
}

/** A DSSE envelope with one signature (DSSE v1.0.2). */
export function envelope(payloadType: string, body: Buffer, key: SigningKey): Buffer {
  // Pre-authentication encoding.
  const message = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `), body]);
  const signatures = [{ keyid: key.verifier.id, sig: signature(message, key).toString("base64") }];
  return Buffer.from(`${JSON.stringify({ payload: body.toString("base64"), payloadType, signatures })}\n`);
}
