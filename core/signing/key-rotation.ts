/**
 * The text of a rotation note: a log hands over from one key to the next at a tree size. As a signed note it carries the
 * signatures of both keys; after a compromise, that of the new key and of an organisation's key that the examiner pinned.
 *
 *     https://assay.example/key-rotation@v1
 *     origin example.com/audit
 *     from example.com/audit+de20ee95+AepK…
 *     to example.com/audit+7c1f09aa+AQ2z…
 *     size 4096
 *     time 2026-03-01T00:00:00Z
 *     reason scheduled
 */

import { type Hash } from "../model/digest.ts";
import { NAMESPACE } from "../model/namespace.ts";
import { Problem, quote } from "../model/problem.ts";
import { parseInstant } from "../model/time.ts";
import { parseTreeSize } from "./checkpoint.ts";
import { ED25519_TYPE, formatVerifierKey, parseVerifierKey, type VerifierKey } from "./verifier-key.ts";

export interface KeyRotation {
  readonly origin: string;
  readonly from: VerifierKey;
  readonly to: VerifierKey;
  /** The last state that the old key signs, and the first that the new key does. */
  readonly size: number;
  /** RFC 3339. */
  readonly time: string;
  readonly reason: "scheduled" | "compromise";
}

const HEADER = `${NAMESPACE}/key-rotation@v1`;

/** The note text. */
export function formatKeyRotation({ origin, from, to, size, time, reason }: KeyRotation): string {
  const lines = [
    HEADER,
    `origin ${origin}`,
    `from ${formatVerifierKey(from)}`,
    `to ${formatVerifierKey(to)}`,
    `size ${size}`,
    `time ${time}`,
    `reason ${reason}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** Reads a note text. Throws `rotation-malformed` with the line, or as {@link parseVerifierKey}. */
export function parseKeyRotation(hash: Hash, text: string): KeyRotation {
  const lines = text.split("\n");
  if (lines[0] !== HEADER) throw malformed(1, HEADER, quote(lines[0] ?? ""));
  const member = (position: number, name: string): string => {
    const line = lines[position] ?? "";
    if (!line.startsWith(`${name} `)) throw malformed(position + 1, `${name} <value>`, quote(line));
    return line.slice(name.length + 1);
  };
  const origin = member(1, "origin");
  const [from, to] = [logKey(hash, member(2, "from"), 3), logKey(hash, member(3, "to"), 4)];
  const size = parseTreeSize(member(4, "size"));
  if (size === undefined) throw malformed(5, "a tree size", quote(lines[4] ?? ""));
  const time = member(5, "time");
  if (parseInstant(time) === undefined) throw malformed(6, "a time of RFC 3339", quote(time));
  const reason = member(6, "reason");
  if (reason !== "scheduled" && reason !== "compromise") throw malformed(7, "scheduled or compromise", quote(reason));
  if (lines.length !== 8 || lines[7] !== "") throw malformed(8, "the end of the text", quote(lines[7] ?? ""));
  for (const [line, { name }] of [[3, from] as const, [4, to] as const]) {
    if (name !== origin) throw malformed(line, `a key of ${quote(origin)}`, quote(name));
  }
  return { origin, from, to, size, time, reason };
}

function logKey(hash: Hash, vkey: string, line: number): VerifierKey {
  const key = parseVerifierKey(hash, vkey);
  if (key.type !== ED25519_TYPE) throw malformed(line, "a log key of type 0x01", `type ${key.type}`);
  return key;
}

function malformed(line: number, expected: string, found: string): Problem {
  const message = `key rotation: expected ${expected}, got ${found} (line ${line})`;
  return new Problem("refused", "rotation-malformed", message, { line, expected, found });
}
