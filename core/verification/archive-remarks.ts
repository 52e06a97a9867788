/**
 * What an archive says beside its members: comments, and fields of kinds that are not read. Nothing of it is evidence and
 * nothing proves it; it is told all the same, so that nothing which was received goes unmentioned.
 */
import { type Container } from "../bundle/container.ts";
import { quote } from "../model/problem.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { countOf, finding } from "./findings.ts";

/** The result with one note about all remarks of the container; the same result when there is none. */
export function withRemarks(result: VerifyResult, { label, remarks = [] }: Container): VerifyResult {
  const [first] = remarks;
  if (first === undefined) return result;
  const what = first.comment === null ? "a field of an unknown kind" : `a comment (${quote(first.comment)})`;
  const holder = first.path === null ? "The archive" : `Its entry ${quote(first.path)}`;
  const further = remarks.length > 1 ? ` There are ${countOf(remarks.length - 1, "further one")} like it.` : "";
  const message = `${holder} carries ${what}: no part of the evidence, and nothing proves it.${further}`;
  const note = finding("archive-remark", "verified", message, { file: first.path ?? label });
  return { ...result, findings: [...result.findings, note] };
}
