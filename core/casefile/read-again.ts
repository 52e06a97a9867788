import { type Container } from "../bundle/container.ts";
import { openContainer } from "../bundle/open-container.ts";
import { Problem, quote, type ProblemDetails } from "../model/problem.ts";
import { type RunningImport } from "./begin-import.ts";
import { hashOriginal, type OriginalDigest } from "./hash-original.ts";

/**
 * Reads the original once more and compares it with what was read. Precondition: all of it was read.
 * Throws `changed-while-reading` (refused). @returns its digest.
 */
export async function readAgain({
  path,
  container,
  original,
  options,
  progress,
  digests,
  hasher,
}: RunningImport): Promise<OriginalDigest> {
  const again = await openContainer(path, options.limits);
  try {
    const members = new Map<string, string>();
    const watch = {
      signal: options.signal,
      onBytes: progress.onBytes("hashing again"),
      onMember: (member: string, sha256: string) => void members.set(member, sha256),
    };
    const now = await hashOriginal(again, path, watch, (file) => hasher.ask({ kind: "digest", file }));
    const altered = [...digests].find(([member, sha256]) => members.size > 0 && members.get(member) !== sha256);
    if (altered)
      throw changed(again, { file: altered[0], expected: altered[1], found: members.get(altered[0]) ?? "none" });
    const then = original?.sha256 ?? now.sha256;
    if (now.sha256 !== then) throw changed(again, { file: again.label, expected: then, found: now.sha256 });
    if (!sameMembers(again, container))
      throw changed(again, { file: again.label, expected: "the files that were listed", found: "others" });
    return now;
  } finally {
    await again.close();
  }
}

function changed({ label }: Container, details: ProblemDetails): Problem {
  const message = `${quote(label)} changed while it was being imported; start again`;
  return new Problem("refused", "changed-while-reading", message, details);
}

function sameMembers(left: Container, right: Container): boolean {
  const describe = ({ members }: Container): string =>
    JSON.stringify(members.map(({ path, byteLength }) => [path, byteLength]));
  return describe(left) === describe(right);
}
