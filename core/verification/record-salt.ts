/** Salt in records, without which a withheld one could be guessed from its digest (T39). */
import { type JsonValue } from "../encoding/strict-json.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { finding } from "./findings.ts";

/** The member that holds it. */
export const SALT_MEMBER = "salt";
/** 128 bits in base64url. */
const MIN_SALT_CHARACTERS = 22;

export function isSalt(value: JsonValue | undefined): boolean {
  return typeof value === "string" && value.length >= MIN_SALT_CHARACTERS;
}

/** A note on a log with withheld records among unsalted ones. */
export function guessableContent(): VerificationFinding {
  const message = "Withheld content of this log could be guessed; digests do not hide it.";
  return finding("withheld-guessable", "verified", message);
}
