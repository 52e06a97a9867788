import { link, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { hexDigest } from "../../../core/report/hex-digest.ts";
import { PackageReader } from "../../../core/report/package-reader.ts";
import { checkPackage } from "../../../core/report/verifier/checks.ts";
import { verifyPackage, verifyPackageFiles } from "../../../core/report/verify-package.ts";
import { formatCertificatePem, parseCertificate } from "../../../core/signing/certificate.ts";
import { makeExaminer, readFolder, writePackage, type WrittenPackage } from "../../support/findings-package.ts";

type Files = ReadonlyMap<string, Uint8Array>;

let written: WrittenPackage;
let files: Files;
let list: string;

beforeAll(async () => {
  written = await writePackage();
  files = await readFolder(written.out);
  list = Buffer.from(files.get("SHA256SUMS") ?? []).toString();
});
afterAll(() => written.remove());

const judged = (changed: Files) =>
  verifyPackageFiles(PackageReader.of(changed), { trusted: [written.examiner.fingerprint] });
const withFile = (path: string, content: string | Uint8Array): Files =>
  new Map([...files, [path, Buffer.from(content)]]);
const codesOf = async (changed: Files): Promise<string[]> => (await judged(changed)).findings.map(({ code }) => code);
const failuresOnPage = async (changed: Files): Promise<number> =>
  (await checkPackage(changed)).lines.filter(({ outcome }) => outcome === "fail").length;

const ZEROS = "0".repeat(64);
const LISTS: readonly (readonly [string, (text: string) => string])[] = [
  ["with a line end of Windows", (text) => text.replaceAll("\n", "\r\n")],
  ["with a byte order mark", (text) => `\uFEFF${text}`],
  ["with a line twice", (text) => text.replace(/^(.*\n)/, "$1$1")],
  ["with a file of two digests", (text) => text.replace(/^(\w+)( {2}.*\n)/, `$1$2${ZEROS}$2`)],
  ["out of order", (text) => `${text.trimEnd().split("\n").toReversed().join("\n")}\n`],
  ["with upper-case digits", (text) => text.replace(/^\w+/, (digest) => digest.toUpperCase())],
  ["with a mark of binary mode", (text) => text.replace("  ", " *")],
  ["with an escaped name", (text) => text.replace(/^/, "\\")],
  ["with an empty line", (text) => `${text}\n`],
  ["without its last line end", (text) => text.trimEnd()],
  ["with a path that leads out", (text) => `${ZEROS}  ../out\n${text}`],
  ["with an absolute path", (text) => `${ZEROS}  /etc/passwd\n${text}`],
  ["with a path through a folder of its own", (text) => `${ZEROS}  ./report.pdf\n${text}`],
  ["that is empty", () => ""],
];

describe("a list of files", () => {
  test.each(LISTS)("%s is refused whole by verify-package, and fails on the page", async (_name, change) => {
    const changed = withFile("SHA256SUMS", change(list));
    expect(await codesOf(changed)).toContain("list-malformed");
    expect(await failuresOnPage(changed)).toBeGreaterThan(0);
  });

  test("that is no UTF-8 is refused", async () => {
    const changed = withFile("SHA256SUMS", Buffer.concat([Buffer.from(list), Buffer.from([0xff, 0x0a])]));
    expect(await codesOf(changed)).toContain("list-malformed");
    expect(await failuresOnPage(changed)).toBeGreaterThan(0);
  });

  test("of a hundred thousand files that are not there is told in a thousand findings, and counted whole", async () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `${ZEROS}  x/${String(index).padStart(6, "0")}\n`);
    const { verdict, findings, checks } = await judged(withFile("SHA256SUMS", list + names.join("")));
    expect(verdict).toBe("altered");
    expect(findings.filter(({ code }) => code === "file-missing")).toHaveLength(1_000);
    expect(checks.find(({ name }) => name === "package-files")?.failed).toBe(100_000);
    expect(await failuresOnPage(withFile("SHA256SUMS", list + names.join("")))).toBeLessThan(200);
  });
});

describe("signatures", () => {
  test("by the same key over another package's list are none of this one", async () => {
    const other = await writePackage(
      "other",
      undefined,
      (input) => ({ ...input, revision: 2 }),
      undefined,
      Promise.resolve(written.examiner),
    );
    const theirs = await readFolder(other.out);
    await other.remove();
    const names = ["signatures/SHA256SUMS.p7s", "signatures/SHA256SUMS.sig"];
    const changed = new Map([...files, ...[...theirs].filter(([path]) => names.includes(path))]);
    expect(await codesOf(changed)).toEqual(["cms-invalid", "signature-invalid"]);
    expect(await failuresOnPage(changed)).toBeGreaterThan(0);
  });

  test("do not stand under an exchanged certificate, listed or not", async () => {
    const { certificate } = await makeExaminer("Somebody else");
    const pem = formatCertificatePem(parseCertificate(certificate));
    const exchanged = withFile("keys/examiner.crt", pem);
    expect(await codesOf(exchanged)).toEqual(
      expect.arrayContaining(["file-changed", "cms-invalid", "signature-invalid"]),
    );
    const fitted = list.replace(/^\w+(?= {2}keys\/examiner\.crt$)/m, hexDigest(Buffer.from(pem)));
    const listed = new Map([...exchanged, ["SHA256SUMS", Buffer.from(fitted)]]);
    const codes = await codesOf(listed);
    expect(codes).not.toContain("file-changed");
    expect(codes).toEqual(expect.arrayContaining(["cms-invalid", "signature-invalid", "report-signature-invalid"]));
    for (const changed of [exchanged, listed]) expect(await failuresOnPage(changed)).toBeGreaterThan(0);
  });

  test("of the report do not cover what is put behind it", async () => {
    const longer = Buffer.concat([files.get("report.pdf") ?? new Uint8Array(), Buffer.from("%\n")]);
    expect(await codesOf(withFile("report.pdf", longer))).toEqual(
      expect.arrayContaining(["file-changed", "report-signature-invalid", "custody-binding"]),
    );
  });
});

describe("a folder", () => {
  const refusedWith = async (change: (folder: string) => Promise<void>): Promise<unknown> => {
    const folder = await mkdtemp(join(tmpdir(), "assay-hostile-"));
    try {
      for (const [path, bytes] of files) {
        await mkdir(join(folder, path, ".."), { recursive: true });
        await writeFile(join(folder, path), bytes);
      }
      await change(folder);
      return await verifyPackage(folder, { trusted: [] }).catch((error: unknown) => error);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  test("with a link in place of a file, or to one, is refused", async () => {
    const refused = { kind: "refused", code: "link" };
    const linked = refusedWith(async (folder) => {
      await rename(join(folder, "findings.json"), join(folder, "findings-2.json"));
      await symlink("findings-2.json", join(folder, "findings.json"));
    });
    expect(await linked).toMatchObject(refused);
    expect(await refusedWith((folder) => symlink("/etc", join(folder, "timestamps")))).toMatchObject(refused);
    const named = refusedWith((folder) => link(join(folder, "report.pdf"), join(folder, "report-2.pdf")));
    expect(await named).toMatchObject(refused);
  });

  test("with a name that is no UTF-8, or means another file elsewhere, is refused", async () => {
    const noText = Buffer.concat([Buffer.from("/timestamps/"), Buffer.from([0xff])]);
    const bytes = refusedWith(async (folder) => {
      await mkdir(join(folder, "timestamps"));
      await writeFile(Buffer.concat([Buffer.from(folder), noText]), "");
    });
    expect(await bytes).toMatchObject({ kind: "refused", code: "unsafe-name" });
    const twice = refusedWith((folder) => writeFile(join(folder, "REPORT.PDF"), ""));
    expect(await twice).toMatchObject({ kind: "refused", code: "duplicate-name" });
  });
});
