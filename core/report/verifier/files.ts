import { type Files, hex, sha256, text } from "./bytes.ts";
import { fail, type Line, MAX_FAULTS, pass } from "./line.ts";

const UNLISTED = /^(SHA256SUMS|signatures\/SHA256SUMS\.(p7s|sig)|timestamps\/[A-Za-z0-9._-]+\.(tsr|pem))$/;

/** Whether the files are those that SHA256SUMS lists: none changed, missing or added. */
export async function checkFiles(files: Files): Promise<Line[]> {
  const sums = text(files.get("SHA256SUMS"));
  if (sums === undefined || !sums.endsWith("\n")) return [fail("Files", "SHA256SUMS is missing or not a list")];
  const listed = new Map<string, string>();
  const faults: Line[] = [];
  for (const row of sums.slice(0, -1).split("\n")) {
    const match = /^([0-9a-f]{64}) {2}(.+)$/.exec(row);
    if (match?.[1] === undefined || match[2] === undefined)
      return [fail("Files", "SHA256SUMS holds a line of another form")];
    if (listed.has(match[2])) faults.push(fail("Files", `listed twice: ${match[2]}`));
    listed.set(match[2], match[1]);
  }
  for (const [path, digest] of listed) {
    const bytes = files.get(path);
    if (bytes === undefined) faults.push(fail("Files", `missing: ${path}`));
    else if (hex(await sha256(bytes)) !== digest) faults.push(fail("Files", `changed: ${path}`));
  }
  for (const path of files.keys()) {
    if (!listed.has(path) && !UNLISTED.test(path)) faults.push(fail("Files", `not listed, added later: ${path}`));
  }
  return faults.length > 0
    ? faults.slice(0, MAX_FAULTS)
    : [pass("Files", `${listed.size} files are the listed ones; none is missing, none was added`)];
}
