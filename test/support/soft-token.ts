import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MODULES = [
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/lib64/softhsm/libsofthsm2.so",
];

const P256 = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];

/** The PKCS #11 module of SoftHSM; empty where it is not installed. */
export const SOFT_TOKEN_MODULE = MODULES.find((file) => existsSync(file)) ?? "";

/** What a token of this machine needs and lacks; empty where one can be made. */
export const absentForSoftToken = [
  ...["softhsm2-util", "pkcs11-tool", "openssl"].filter((tool) => spawnSync("which", [tool]).status !== 0),
  ...(SOFT_TOKEN_MODULE === "" ? ["libsofthsm2.so"] : []),
];

/** A token in files of a temporary home: SoftHSM finds it there when `HOME` says so. */
export class SoftToken {
  readonly home = mkdtempSync(join(tmpdir(), "assay-token-"));
  readonly label = "examiner's token";
  readonly pin = "pin of the token 493072";

  constructor() {
    const tokens = join(this.home, "tokens");
    const settings = join(this.home, ".config", "softhsm2");
    for (const folder of [tokens, settings]) mkdirSync(folder, { recursive: true });
    const lines = [`directories.tokendir = ${tokens}`, "objectstore.backend = file", "log.level = ERROR", ""];
    writeFileSync(join(settings, "softhsm2.conf"), lines.join("\n"));
    this.#run("softhsm2-util", "--init-token", "--free", "--label", this.label, "--so-pin", "87654321", ...this.#pin);
  }

  /** Puts a key and a certificate over it onto the token; `algorithm` is what `openssl genpkey` makes it by. */
  placeKey(id: string, name: string, algorithm: readonly string[] = P256): void {
    const [key, pem, der] = [`${id}.pem`, `${id}.crt`, `${id}.der`];
    this.#run("openssl", "genpkey", ...algorithm, "-out", key);
    this.#run("openssl", "req", "-x509", "-new", "-key", key, "-subj", `/CN=${name}`, "-days", "300", "-out", pem);
    this.#run("openssl", "x509", "-in", pem, "-outform", "DER", "-out", der);
    const labels = ["--label", name, "--id", id];
    this.#run("softhsm2-util", "--import", key, "--token", this.label, ...labels, ...this.#pin);
    const login = ["--module", SOFT_TOKEN_MODULE, "--token-label", this.label, "--login", ...this.#pin];
    this.#run("pkcs11-tool", ...login, "--write-object", der, "--type", "cert", ...labels);
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  get #pin(): readonly string[] {
    return ["--pin", this.pin];
  }

  #run(command: string, ...args: string[]): void {
    const env = { ...process.env, HOME: this.home };
    execFileSync(command, args, { cwd: this.home, env, stdio: "ignore" });
  }
}
