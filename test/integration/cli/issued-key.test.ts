// A key whose certificate an authority issued, from a PKCS#12 file to a package that openssl follows to the authority's root.
import { spawnSync } from "node:child_process";
import { appendFile, readFile, writeFile } from "node:fs/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { cliBench, ocsfLines, type CliBench } from "./cli-bench.ts";

const EXTENSIONS = `[ca]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
[signer]
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature,nonRepudiation
extendedKeyUsage=1.3.6.1.5.5.7.3.36
`;

let bench: CliBench;
const openssl = (...args: readonly string[]): void => {
  const { status, stderr } = spawnSync("openssl", args, { cwd: bench.path("."), encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
};

/** Makes `<name>.pem` and `<name>.crt`, signed by the certificate of `issuer` or by itself. */
function issue(name: string, subject: string, issuer: string | null, extensions: "ca" | "signer"): void {
  openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${name}.pem`);
  openssl("req", "-new", "-key", `${name}.pem`, "-subj", `/CN=${subject}`, "-out", `${name}.csr`);
  const signing = issuer === null ? ["-signkey", `${name}.pem`] : ["-CA", `${issuer}.crt`, "-CAkey", `${issuer}.pem`];
  const purpose = ["-days", "90", "-extfile", "extensions.cnf", "-extensions", extensions];
  openssl("x509", "-req", "-in", `${name}.csr`, ...signing, "-CAcreateserial", ...purpose, "-out", `${name}.crt`);
}

beforeAll(async () => {
  bench = await cliBench();
  await writeFile(bench.path("extensions.cnf"), EXTENSIONS);
  issue("root", "Example Root", null, "ca");
  issue("issuer", "Example Issuer", "root", "ca");
  issue("signer", "R. Adeyemi", "issuer", "signer");
  await writeFile(
    bench.path("others.pem"),
    `${await readFile(bench.path("root.crt"), "utf8")}${await readFile(bench.path("issuer.crt"), "utf8")}`,
  );
  const pack = ["-inkey", "signer.pem", "-in", "signer.crt", "-certfile", "others.pem", "-passout", "pass:secret"];
  openssl("pkcs12", "-export", ...pack, "-out", "signer.p12");
  await writeFile(bench.path("secret"), "secret");
  const imported = await bench.run(
    "key",
    "import",
    bench.path("signer.p12"),
    "--file-passphrase-file",
    bench.path("secret"),
    "--json",
  );
  expect(imported.code).toBe(0);
  await bench.run("import", await bench.file("log.jsonl", ocsfLines(0, 3)), "--case", "a.assay");
  const finding = ["--title", "A read", "--statement", "The log attributes a read.", "--class", "fact", "--event", "1"];
  await bench.run(
    "finding",
    "add",
    "--case",
    "a.assay",
    ...finding,
    "--basis",
    "the record",
    "--uncertainty",
    "the clock",
  );
  const report = await bench.run("report", "--case", "a.assay", "--out", "package", "--json");
  expect([report.code, report.json]).toMatchObject([0, { draft: true }]);
});
afterAll(() => bench.remove());

const inPackage = (command: string): { readonly status: number | null; readonly output: string } => {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", command], {
    cwd: bench.path("package"),
    encoding: "utf8",
  });
  return { status, output: `${stdout}${stderr}` };
};

describe("a package of a key that an authority issued", () => {
  test("carries the authority's certificates, the issuer first, and verifies by the fingerprint", async () => {
    const chain = inPackage(
      "openssl crl2pkcs7 -nocrl -certfile keys/examiner-chain.pem | openssl pkcs7 -print_certs -noout",
    ).output;
    expect([...chain.matchAll(/subject=CN = (.+)/g)].map(([, name]) => name)).toEqual([
      "Example Issuer",
      "Example Root",
    ]);
    const { code, json } = await bench.run("verify-package", "package", "--trust", bench.path("signer.crt"), "--json");
    expect([code, json]).toMatchObject([0, { verdict: "verified" }]);
    const { checks } = json as { readonly checks: readonly { readonly name: string; readonly verdict: string }[] };
    expect(checks.find(({ name }) => name === "certificate-chain")?.verdict).toBe("verified");
  });

  test("is accepted by every command of its README, and by openssl with the root that its reader holds", async () => {
    const readme = await readFile(bench.path("package", "README-VERIFY.txt"), "utf8");
    const commands = readme.split("\n").flatMap((line) => (line.startsWith("    $ ") ? [line.slice(6)] : []));
    expect(commands.filter((command) => inPackage(command).status !== 0)).toEqual([]);
    const [toRoot = ""] = readme.split("\n").filter((line) => line.includes("-CAfile root.pem"));
    expect(inPackage(toRoot.trim().replace("root.pem", "../root.crt")).output).toContain("keys/examiner.crt: OK");
    const cms = commands.find((command) => command.startsWith("openssl cms")) ?? "false";
    const toAuthority = (root: string): string =>
      cms.replace("-partial_chain ", "").replace("keys/examiner.crt", `<(cat ../${root} ../issuer.crt)`);
    expect(inPackage(toAuthority("root.crt")).output).toContain("CMS Verification successful");
    issue("other", "Example Root", null, "ca");
    expect(inPackage(toAuthority("other.crt")).status).not.toBe(0);
    expect(inPackage(toRoot.trim().replace("root.pem", "../other.crt")).status).not.toBe(0);
  });

  test("is altered when the chain was changed", async () => {
    await appendFile(bench.path("package", "keys", "examiner-chain.pem"), await readFile(bench.path("signer.crt")));
    const { code, json } = await bench.run("verify-package", "package", "--trust", bench.path("signer.crt"), "--json");
    expect(code).toBe(1);
    const { findings } = json as { readonly findings: readonly { readonly code: string }[] };
    expect(findings.map((finding) => finding.code)).toEqual(["file-changed", "certificate-chain-invalid"]);
  });
});
