import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { der, derInteger, SEQUENCE } from "../../core/signing/der.ts";

export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

export interface AuthorityOptions {
  /** OpenSSL extension lines of the signer's certificate. */
  readonly extensions?: readonly string[];
  /** Further ones of the root's. */
  readonly rootExtensions?: readonly string[];
  /** The root's and the signer's validity, as OpenSSL's `YYYYMMDDHHMMSSZ`. */
  readonly from?: string;
  readonly to?: string;
  readonly name?: string;
}

/** What departs from a good token. */
export interface MintOptions {
  readonly attributes?: readonly string[];
  readonly contentType?: string;
  /** PKIStatus: 0 granted, 2 rejection. */
  readonly status?: number;
  /** Folders of the authorities that sign. */
  readonly signers?: readonly string[];
}

const TST_INFO = "1.2.840.113549.1.9.16.1.4";

/** A time authority of this machine: a root, a signer under it, and tokens by `openssl ts`. */
export class TimeAuthorityForTests {
  readonly folder = mkdtempSync(join(tmpdir(), "assay-tsa-"));
  readonly name: string;

  constructor(options: AuthorityOptions = {}) {
    this.name = options.name ?? "Test Time Authority";
    const extensions = options.extensions ?? [
      "keyUsage = critical,digitalSignature",
      "extendedKeyUsage = critical,timeStamping",
    ];
    writeFileSync(
      join(this.folder, "ca.cnf"),
      [
        "[ca]",
        "default_ca = root",
        "[root]",
        "database = index.txt",
        "new_certs_dir = .",
        "serial = serial",
        "default_md = sha256",
        "policy = any",
        "[any]",
        "commonName = supplied",
        "[req]",
        "distinguished_name = dn",
        "[dn]",
        "[authority]",
        "basicConstraints = critical,CA:true",
        "keyUsage = critical,keyCertSign",
        "subjectKeyIdentifier = hash",
        ...(options.rootExtensions ?? []),
        "[signer]",
        "basicConstraints = CA:false",
        ...extensions,
        "[tsa]",
        "default_tsa = tsa_1",
        "[tsa_1]",
        "serial = tsa-serial",
        "signer_digest = sha256",
        "default_policy = 1.2.3.4.1",
        "digests = sha1, sha256, sha512",
        "accuracy = secs:1",
        "ess_cert_id_chain = no",
        "",
      ].join("\n"),
    );
    writeFileSync(join(this.folder, "index.txt"), "");
    writeFileSync(join(this.folder, "serial"), "1000\n");
    writeFileSync(join(this.folder, "tsa-serial"), "01\n");
    const validity =
      options.from === undefined ? ["-days", "3650"] : ["-startdate", options.from, "-enddate", options.to ?? ""];
    for (const [file, subject] of [["root", `${this.name} Root`] as const, ["signer", this.name] as const]) {
      this.run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${file}.key`);
      this.run(
        "req",
        "-new",
        "-config",
        "ca.cnf",
        "-key",
        `${file}.key`,
        "-subj",
        `/CN=${subject}`,
        "-out",
        `${file}.csr`,
      );
    }
    const sign = ["ca", "-batch", "-notext", "-config", "ca.cnf", "-keyfile", "root.key", ...validity];
    this.run(...sign, "-selfsign", "-extensions", "authority", "-in", "root.csr", "-out", "root.crt");
    this.run(...sign, "-cert", "root.crt", "-extensions", "signer", "-in", "signer.csr", "-out", "signer.crt");
  }

  /** The root in PEM: what an examiner pins. */
  get root(): string {
    return readFileSync(join(this.folder, "root.crt"), "utf8");
  }

  /** A TimeStampResp over these bytes. */
  stamp(data: Uint8Array, digest = "sha256"): Buffer {
    writeFileSync(join(this.folder, "data"), data);
    this.run("ts", "-query", "-data", "data", `-${digest}`, "-cert", "-out", "query.tsq");
    return this.reply();
  }

  /** The TimeStampResp to this TimeStampReq. */
  answer(query: Uint8Array): Buffer {
    writeFileSync(join(this.folder, "query.tsq"), query);
    return this.reply();
  }

  private reply(): Buffer {
    const signer = ["-signer", "signer.crt", "-inkey", "signer.key", "-chain", "root.crt"];
    this.run(
      "ts",
      "-reply",
      "-config",
      "ca.cnf",
      "-section",
      "tsa_1",
      "-queryfile",
      "query.tsq",
      ...signer,
      "-out",
      "reply.tsr",
    );
    return readFileSync(join(this.folder, "reply.tsr"));
  }

  /** A token of this signer with the content of another token, whatever the signer's certificate is for. */
  mint(
    stamp: Uint8Array,
    { attributes = ["-cades"], contentType = TST_INFO, status = 0, signers = [this.folder] }: MintOptions = {},
  ): Buffer {
    writeFileSync(join(this.folder, "stamp.tsr"), stamp);
    this.run("ts", "-reply", "-in", "stamp.tsr", "-token_out", "-out", "token.der");
    this.run("cms", "-verify", "-noverify", "-inform", "DER", "-in", "token.der", "-out", "info.der");
    const type = ["-econtent_type", contentType, "-nodetach", "-binary", "-outform", "DER", "-md", "sha256"];
    const signed = signers.flatMap((folder) => ["-signer", `${folder}/signer.crt`, "-inkey", `${folder}/signer.key`]);
    this.run("cms", "-sign", "-in", "info.der", ...type, ...signed, ...attributes, "-out", "minted.der");
    const answer = der(SEQUENCE, derInteger(status));
    return Buffer.from(der(SEQUENCE, answer, readFileSync(join(this.folder, "minted.der"))));
  }

  /** The signer's certificate in DER. */
  get signer(): Buffer {
    this.run("x509", "-in", "signer.crt", "-outform", "DER", "-out", "signer.der");
    return readFileSync(join(this.folder, "signer.der"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(...args: readonly string[]): void {
    const { status, stderr } = spawnSync("openssl", args, { cwd: this.folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`openssl ${args.join(" ")}: ${stderr}`);
  }
}
