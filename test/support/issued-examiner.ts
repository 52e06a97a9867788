import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { loadExaminerKey, writeExaminerKey, type ExaminerKey } from "../../core/casefile/examiner-key.ts";
import { readPkcs12 } from "../../core/signing/pkcs12.ts";

/** Keys as organisations hand them out: what they are called, and what `openssl genpkey` is told. */
export const ISSUED_KEYS = [
  ["RSA-2048", "RSA", "rsa_keygen_bits:2048"],
  ["RSA-3072", "RSA", "rsa_keygen_bits:3072"],
  ["P-384", "EC", "ec_paramgen_curve:P-384"],
] as const;

/** An examiner whose certificate an authority issued: from a PKCS#12 file of openssl into a key file, and unlocked from there. */
export async function issuedExaminer(algorithm: string, size: string): Promise<ExaminerKey> {
  const folder = await mkdtemp(join(tmpdir(), "assay-issued-"));
  const openssl = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  };
  try {
    const authority = ["-nodes", "-keyout", "ca.pem", "-out", "ca.crt", "-subj", "/CN=Northgate Issuing CA"];
    openssl("req", "-x509", "-newkey", "rsa:2048", ...authority);
    openssl("genpkey", "-algorithm", algorithm, "-pkeyopt", size, "-out", "key.pem");
    openssl("req", "-new", "-key", "key.pem", "-subj", "/O=Northgate/CN=R. Adeyemi", "-out", "key.csr");
    await writeFile(
      join(folder, "usage.cnf"),
      "keyUsage=digitalSignature\nextendedKeyUsage=clientAuth,emailProtection\n",
    );
    const issue = ["-CA", "ca.crt", "-CAkey", "ca.pem", "-CAcreateserial", "-days", "90", "-extfile", "usage.cnf"];
    openssl("x509", "-req", "-in", "key.csr", ...issue, "-out", "key.crt");
    const files = ["-inkey", "key.pem", "-in", "key.crt", "-certfile", "ca.crt", "-out", "key.p12"];
    openssl("pkcs12", "-export", ...files, "-passout", "pass:secret");
    const key = await readPkcs12(crypto, await readFile(join(folder, "key.p12")), "secret");
    await writeExaminerKey(key, join(folder, "examiner.key"), "another secret");
    return await loadExaminerKey(join(folder, "examiner.key"), "another secret");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
