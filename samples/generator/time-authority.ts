import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The stamp of the sample's newest checkpoint and the root of the authority that gave it. They lie in the source tree,
 * because a stamp says when it was made and cannot be made twice.
 */
const TOKEN = join(import.meta.dirname, "../time-stamp/checkpoint.tsr");
export const AUTHORITY = join(import.meta.dirname, "../time-stamp/authority.pem");

const CONFIGURATION = `
[ tsa ]
default_tsa = authority
[ authority ]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[ root ]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[ stamping ]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`;

/**
 * The time stamp response for a digest (SHA-256, hex). The one of the source tree when it is for this digest; otherwise a
 * new one, and a new authority.
 */
export function timeStampOf(digest: string): Uint8Array {
  const isKept = existsSync(TOKEN) && readFileSync(TOKEN).includes(Buffer.from(digest, "hex"));
  if (!isKept) {
    const { root, stamps } = makeTimeStamps([digest]);
    writeFileSync(AUTHORITY, root);
    for (const stamp of stamps) writeFileSync(TOKEN, stamp);
  }
  return readFileSync(TOKEN);
}

/** A new authority, made with openssl: its root in PEM and a stamp for each digest. Its keys are thrown away. */
export function makeTimeStamps(digests: readonly string[]): {
  readonly root: string;
  readonly stamps: readonly Buffer[];
} {
  const folder = mkdtempSync(join(tmpdir(), "assay-authority-"));
  const openssl = (command: string): void => {
    execFileSync("openssl", command.split(" "), { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  };
  try {
    writeFileSync(join(folder, "authority.cnf"), CONFIGURATION);
    writeFileSync(join(folder, "serial"), "01\n");
    for (const name of ["root", "stamping"]) {
      openssl(`genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ${name}.key`);
      openssl(`req -new -key ${name}.key -subj /O=Example/CN=Example-${name} -out ${name}.csr`);
    }
    const extensions = (section: string): string => `-extfile authority.cnf -extensions ${section}`;
    openssl(`x509 -req -in root.csr -signkey root.key -days 7300 ${extensions("root")} -out root.pem`);
    const issuer = "-CA root.pem -CAkey root.key -CAcreateserial";
    openssl(`x509 -req -in stamping.csr ${issuer} -days 3650 ${extensions("stamping")} -out stamping.pem`);
    const signer = "-signer stamping.pem -inkey stamping.key -chain root.pem";
    const stamps = digests.map((digest) => {
      openssl(`ts -query -sha256 -digest ${digest} -cert -no_nonce -out request.tsq`);
      openssl(`ts -reply -config authority.cnf -queryfile request.tsq ${signer} -out response.tsr`);
      return readFileSync(join(folder, "response.tsr"));
    });
    return { root: readFileSync(join(folder, "root.pem"), "utf8"), stamps };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
