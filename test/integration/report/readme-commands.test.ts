import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openContainer } from "../../../core/bundle/open-container.ts";
import { hashOriginal } from "../../../core/casefile/hash-original.ts";
import { formatCertificatePem, parseCertificate } from "../../../core/signing/certificate.ts";
import { makeExaminer, readFolder, writePackage, type WrittenPackage } from "../../support/findings-package.ts";

const TOOLS = ["bash", "sha256sum", "openssl", "pdfsig", "pdfdetach", "cmp"];
const absent = TOOLS.filter((tool) => spawnSync("which", [tool]).status !== 0);

let written: WrittenPackage;
let files: Map<string, Uint8Array>;
let commands: readonly string[];
let scratch: string;

beforeAll(async () => {
  written = await writePackage();
  files = await readFolder(written.out);
  const readme = await readFile(join(written.out, "README-VERIFY.txt"), "utf8");
  commands = readme
    .split("\n")
    .filter((line) => line.startsWith("    $ "))
    .map((line) => line.slice("    $ ".length));
  scratch = await mkdtemp(join(tmpdir(), "assay-readme-"));
});
afterAll(async () => {
  await written.remove();
  await rm(scratch, { recursive: true, force: true });
});

function run(command: string, folder: string): { readonly accepts: boolean; readonly output: string } {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", command], { cwd: folder, encoding: "utf8" });
  const output = `${stdout}${stderr}`;
  // pdfsig exits with 0 whatever it finds: its words count, as the README says.
  const says = (words: string): boolean => output.includes(words);
  const words = !command.startsWith("pdfsig") || (says("Signature is Valid.") && says("Total document signed"));
  return { accepts: status === 0 && words, output };
}

/** The first command that does not accept the folder. */
function refusedBy(folder: string): string | undefined {
  return commands.find((command) => !run(command, folder).accepts);
}

async function copyWith(change: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(scratch, "changed");
  await rm(folder, { recursive: true, force: true });
  await cp(written.out, folder, { recursive: true });
  await change(folder);
  return folder;
}

describe.skipIf(absent.length > 0)(`the commands of README-VERIFY.txt (needs ${TOOLS.join(", ")})`, () => {
  test("all accept the package as it was written", () => {
    expect(commands.length).toBeGreaterThanOrEqual(12);
    expect(commands.filter((command) => !run(command, written.out).accepts)).toEqual([]);
  });

  test("print what the README says they print", () => {
    const outputOf = (start: string): string =>
      run(commands.find((command) => command.startsWith(start)) ?? "false", written.out).output;
    expect(outputOf("openssl cms")).toContain("CMS Verification successful");
    expect(outputOf("openssl dgst")).toContain("Verified OK");
    expect(outputOf("pdfsig")).toContain("Certificate issuer is unknown.");
    expect(outputOf("openssl x509").replaceAll(":", "").toLowerCase()).toContain(written.examiner.fingerprint);
  });

  test("refuse a change of the first, middle or last byte of any file", async () => {
    for (const [path, bytes] of files) {
      for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
        const changed = new Uint8Array(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        const folder = await copyWith((root) => writeFile(join(root, path), changed));
        expect([path, at, refusedBy(folder)]).not.toEqual([path, at, undefined]);
      }
    }
  }, 240_000);

  test("refuse an edited list, another certificate, and bytes that were appended to the PDF", async () => {
    const edited = await copyWith(async (root) => {
      await writeFile(join(root, "findings.json"), "{}");
      const sums = await readFile(join(root, "SHA256SUMS"), "utf8");
      const digest = createHash("sha256").update("{}").digest("hex");
      await writeFile(join(root, "SHA256SUMS"), sums.replace(/^[0-9a-f]{64}(?= {2}findings\.json$)/m, digest));
    });
    expect(refusedBy(edited)).toContain("openssl cms");
    const other = await makeExaminer("Somebody else");
    const swapped = await copyWith((root) =>
      writeFile(join(root, "keys/examiner.crt"), formatCertificatePem(parseCertificate(other.certificate))),
    );
    expect(refusedBy(swapped)).toContain("sha256sum -c");
    const appended = await copyWith((root) => appendFile(join(root, "report.pdf"), "%\n"));
    expect(refusedBy(appended)).toContain("sha256sum -c");
    expect(run("pdfsig report.pdf", appended)).toMatchObject({ accepts: false });
  });

  test("refuse a removed, a renamed and an added file", async () => {
    for (const path of files.keys()) {
      const removed = await copyWith((root) => rm(join(root, path)));
      expect([path, refusedBy(removed)]).not.toEqual([path, undefined]);
      const renamed = await copyWith((root) => rename(join(root, path), join(root, `${path}.bak`)));
      expect([path, refusedBy(renamed)]).not.toEqual([path, undefined]);
    }
    const added = await copyWith((root) => writeFile(join(root, "exhibits", "EX-00009.line"), "{}"));
    expect(refusedBy(added)).toContain("find .");
  }, 240_000);
});

describe.skipIf(absent.length > 0)("the digest of a folder", () => {
  test("is what the command of README-VERIFY.txt and of the report prints, for names of every kind", async () => {
    const folder = join(scratch, "received as it is");
    for (const path of ["b.log", "a b.log", "-n.log", ".hidden", "Z/1.log", "a/2.log", "a-b/é “3”.log", "日本.log"]) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), `the bytes of ${path}`);
    }
    const container = await openContainer(folder);
    const { sha256 } = await hashOriginal(container, folder, { signal: undefined });
    await container.close();
    const readme = await readFile(join(written.out, "README-VERIFY.txt"), "utf8");
    const command = readme.split("\n").find((line) => line.includes("(cd <folder>")) ?? "false";
    expect(run(command.replace("<folder>", '"received as it is"'), scratch).output).toBe(`${sha256}  -\n`);
    const report = run("pdftotext -layout report.pdf -", written.out).output.replace(/\s+/g, " ");
    expect(report).toContain(command.trim().replace(" | sha256sum", " \\ | sha256sum"));
  });
});

describe.skipIf(absent.length > 0)("report.pdf", () => {
  test("is tagged, has a language, a title and bookmarks, and an unsigned prefix that its journal names", () => {
    const info = run("pdfinfo report.pdf", written.out).output;
    expect(info).toMatch(/Tagged: +yes/);
    expect(info).toMatch(/Title: +Findings report: gateway audit log \(R1\)/);
    const text = run("pdftotext -layout report.pdf -", written.out).output;
    expect(text).toContain("Page 1 of");
    expect(text).toContain("<U+202E>");
    expect(text.replace(/\s/g, "")).toContain("<U+65E5><U+672C><U+8A9E>");
    expect(text).not.toContain("DRAFT");
  });
});
