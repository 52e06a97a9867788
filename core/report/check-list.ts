import { quote } from "../model/problem.ts";
import { type PackageChecks, type PackageFault } from "./package-checks.ts";
import { isUnlistedAllowed, SUMS } from "./package-layout.ts";
import { type PackageReader } from "./package-reader.ts";
import { parseSums, type SumLine } from "./sums.ts";

/** Checks that the files of a package are those that SHA256SUMS lists: none changed, missing or added. */
export async function checkList(checks: PackageChecks, files: PackageReader): Promise<void> {
  const bytes = await files.read(SUMS);
  const lines = bytes === undefined ? "the file is missing" : parseSums(bytes);
  if (typeof lines === "string") {
    checks.single("package-list", { code: "list-malformed", message: `${SUMS}: ${lines}`, file: SUMS }, lines);
    checks.without("package-files", "not-attempted", "there is no list to compare the files with");
    return;
  }
  checks.single("package-list", undefined, `${lines.length} files are listed`);
  const faults = [...(await listedFaults(lines, files)), ...unlistedFaults(lines, files)];
  const note = faults.length === 0 ? "every file is the listed one, none is missing or added" : "";
  checks.counted("package-files", files.paths.length, faults, note);
}

async function listedFaults(lines: readonly SumLine[], files: PackageReader): Promise<readonly PackageFault[]> {
  const faults: PackageFault[] = [];
  for (const { path: file, sha256: expected } of lines) {
    const found = await files.digest(file);
    if (found === undefined) {
      faults.push({ code: "file-missing", message: `${quote(file)} is listed and missing`, file, expected });
    } else if (found !== expected) {
      const message = `${quote(file)} is not the file that was listed`;
      faults.push({ code: "file-changed", message, file, expected, found });
    }
  }
  return faults;
}

function unlistedFaults(lines: readonly SumLine[], files: PackageReader): readonly PackageFault[] {
  const listed = new Set(lines.map(({ path }) => path));
  return files.paths
    .filter((path) => !listed.has(path) && !isUnlistedAllowed(path))
    .map((file) => ({ code: "file-unlisted", message: `${quote(file)} is not listed: it was added later`, file }));
}
