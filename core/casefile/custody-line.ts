/**
 * One line of custody.jsonl (docs/formats/custody-journal.md):
 *
 *     {"e":"{\"action\":\"case.opened\", … }","hash":"9f86d0…","sig":"MEUCIQ…"}
 *
 * `e` holds the exact RFC 8785 text of an entry as a JSON string, so that a checker hashes what it reads and needs no
 * canonicaliser; `hash` is SHA-256 of the UTF-8 of `e`; `sig` an ECDSA P-256 signature over the same bytes.
 */
import { z } from "zod";

import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { canonicalJson } from "../encoding/canonical-json.ts";
import { type CustodyEntry, type CustodyValue } from "../model/custody.ts";

/** `prev` of the first entry. */
export const GENESIS = "0".repeat(64);

/** Longest line in bytes: ten thousand cited events and the longest texts of a finding fit many times over. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** Longest action name. */
const MAX_ACTION_LENGTH = 64;

/** A line taken apart; nothing about it is verified except its form. */
export interface CustodyLine {
  /** The exact text that is hashed and signed. */
  readonly text: string;
  readonly hash: string;
  readonly signature: Uint8Array<ArrayBuffer>;
  readonly entry: CustodyEntry;
}

/** The line without its line feed. */
export function formatCustodyLine(line: Pick<CustodyLine, "text" | "hash" | "signature">): string {
  return JSON.stringify({ e: line.text, hash: line.hash, sig: formatBase64(line.signature) });
}

/** Takes a line apart; the text says what was expected and found when it has not exactly the one allowed form. */
export function parseCustodyLine(text: string): CustodyLine | string {
  const outer = lineShape.safeParse(parseJson(text));
  if (!outer.success) return "expected an object of the texts e, hash and sig";
  const { e, hash, sig } = outer.data;
  const signature = parseBase64(sig);
  if (!signature) return "sig expected canonical base64";
  const line = { text: e, hash, signature };
  if (formatCustodyLine(line) !== text) return "expected the members e, hash, sig in this order without white space";
  const value = parseJson(e);
  const entry = entryShape.safeParse(value);
  if (!entry.success) return `e expected a journal entry: ${firstIssue(entry.error)}`;
  if (canonicalText(value) !== e) return "e expected RFC 8785 canonical JSON";
  return { ...line, entry: entry.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function canonicalText(value: unknown): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    return undefined;
  }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join(".") || "entry"}: ${issue.message.toLowerCase()}` : "unknown form";
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** As it was parsed: a record of zod's would leave out a member named `__proto__`. Depth is bounded by the canonical form. */
const values = z.custom<Readonly<Record<string, CustodyValue>>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "expected an object",
);

const lineShape = z.strictObject({ e: z.string(), hash: sha256, sig: z.string() });

const entryShape = z.strictObject({
  v: z.literal(1),
  seq: count,
  at: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  clock: z.strictObject({ source: z.literal("os"), monotonicMs: count.nullable() }),
  tz: z.string(),
  actor: z.strictObject({ name: z.string(), key: z.union([sha256, z.literal("unendorsed")]) }),
  host: z.string(),
  app: z.strictObject({ version: z.string(), build: z.string() }),
  action: z.string().min(1).max(MAX_ACTION_LENGTH),
  purpose: z.string().exactOptional(),
  object: z
    .strictObject({
      id: z.string(),
      label: z.string().exactOptional(),
      bytes: count.exactOptional(),
      sha256: z.string().exactOptional(),
    })
    .exactOptional(),
  result: values.exactOptional(),
  params: values.exactOptional(),
  note: z.string().exactOptional(),
  prev: sha256,
});
