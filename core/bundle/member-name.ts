import { Problem, quote } from "../model/problem.ts";

const MAX_NAME_LENGTH = 1_024;
const MAX_DEPTH = 32;
/** Names that Windows gives to devices, with or without an extension. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;

/**
 * Why a member's name is not accepted, or undefined when it is. The rules hold for folders too, so that the same
 * evidence is accepted or refused whichever way it arrives and wherever it is unpacked later.
 */
export function memberNameFault(path: string): string | undefined {
  if (path === "") return "an empty name";
  if (path.length > MAX_NAME_LENGTH) return `a name longer than ${MAX_NAME_LENGTH} characters`;
  if (/\p{Cc}/u.test(path)) return "a control character in the name";
  if (path.includes("\\")) return "a backslash in the name";
  if (path.startsWith("/")) return "an absolute name";
  if (/^[a-z]:/i.test(path)) return "a drive letter";
  if (path.startsWith("~")) return "a name that begins with ~";
  if (path.includes("\ufffd")) return "a name that is not UTF-8";
  const parts = path.split("/");
  if (parts.length > MAX_DEPTH) return `a path deeper than ${MAX_DEPTH} folders`;
  for (const part of parts) {
    if (part === "") return "an empty part in the path";
    if (part === "." || part === "..") return `a path with ${part} in it`;
    if (/[. ]$/.test(part)) return "a part that ends with a dot or a space";
    if (RESERVED.test(part)) return "a name reserved by Windows";
  }
  return undefined;
}

/** Throws `unsafe-name` unless the name passes {@link memberNameFault}. */
export function assertMemberName(path: string, container: string): void {
  const fault = memberNameFault(path);
  if (fault === undefined) return;
  throw new Problem(
    "refused",
    "unsafe-name",
    `${quote(container)} holds ${fault}: ${quote(path)}; it could write outside its folder or mean different files on different systems`,
    { file: container, expected: "relative names that every system reads the same", found: quote(path) },
  );
}

/**
 * Throws `duplicate-name` when two names are equal, or become equal under case folding or Unicode normalisation, or
 * when one names a folder that another names as a file. `folders` are those that the container lists by themselves.
 */
export function assertDistinctNames(files: readonly string[], folders: readonly string[], container: string): void {
  const seen = new Map<string, string>();
  const foldedFiles = new Set<string>();
  for (const [position, path] of [...files, ...folders].entries()) {
    const folded = foldName(path);
    const earlier = seen.get(folded);
    if (earlier !== undefined) throw duplicate(container, path, earlier);
    seen.set(folded, path);
    if (position < files.length) foldedFiles.add(folded);
  }
  for (const [folded, path] of seen) {
    for (let slash = folded.indexOf("/"); slash !== -1; slash = folded.indexOf("/", slash + 1)) {
      const parent = folded.slice(0, slash);
      if (foldedFiles.has(parent)) throw duplicate(container, path, seen.get(parent) ?? parent);
    }
  }
}

/** Upper case first: it maps ß to SS and the dotless i, which lower case alone keeps apart. */
function foldName(path: string): string {
  return path.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFC");
}

function duplicate(container: string, path: string, earlier: string): Problem {
  return new Problem(
    "refused",
    "duplicate-name",
    `${quote(container)} holds two versions of ${quote(path)}; different tools would show different evidence`,
    { file: container, expected: "names that differ on every system", found: `${quote(earlier)} and ${quote(path)}` },
  );
}
