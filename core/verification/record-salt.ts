/** Salt in records, without which a withheld one could be guessed from its digest (T39). */
import { type VerificationFinding } from "../model/verdict.ts";
import { finding } from "./findings.ts";

/** A note on a log with withheld records among unsalted ones. */
export function guessableContent(): VerificationFinding {
  const message = "Withheld content of this log could be guessed; digests do not hide it.";
  return finding("withheld-guessable", "verified", message);
}
