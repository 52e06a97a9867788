import { randomBytes } from "node:crypto";

import { type Command } from "commander";

import { platformHash } from "../../bundle/platform-crypto.ts";
import { certificateFileOf, createExaminerKey } from "../../casefile/examiner-key.ts";
import { Problem } from "../../model/problem.ts";
import { ED25519_KEY_BYTES } from "../../signing/ed25519.ts";
import { signingKey } from "../../signing/signing-key.ts";
import { COSIGNATURE_TYPE, ED25519_TYPE, formatVerifierKey, ML_DSA_44_TYPE } from "../../signing/verifier-key.ts";
import { runs, textOption, type CommandIo } from "../command.ts";
import { readPassphrase } from "../examiner-option.ts";
import { writeLogKey } from "../log-key.ts";

type Options = Readonly<Record<string, unknown>>;

/** Kinds of keys that sign notes, and the signature type of each. */
const NOTE_KEY_TYPES = {
  log: ED25519_TYPE,
  witness: COSIGNATURE_TYPE,
  "witness-ml-dsa-44": ML_DSA_44_TYPE,
} as const;

/** `assay keygen`: a signing key of a log, of a witness, or of an examiner. */
export function registerKeygen(program: Command): void {
  const command = program
    .command("keygen")
    .description("make a key that signs logs, cosigns their checkpoints, or signs findings")
    .requiredOption("--name <name>", "origin of the log, name of the witness, or name of the person")
    .requiredOption("--out <file>", "the key; its public half lies beside it as .vkey or .crt")
    .option("--kind <kind>", "log, witness, witness-ml-dsa-44 or examiner", "log")
    .option("--passphrase-file <file>", "file that holds a passphrase for the key")
    .option("--no-passphrase", "protect the key by the file's mode alone (the same as giving no passphrase file)");
  runs(command, keygen);
}

async function keygen(io: CommandIo, options: Options): Promise<void> {
  const name = textOption(options["name"]) ?? "";
  const file = io.path(textOption(options["out"]) ?? "");
  const kind = textOption(options["kind"]);
  const passphrase = await readPassphrase(io, options);
  switch (kind) {
    case "log":
    case "witness":
    case "witness-ml-dsa-44": {
      const key = signingKey(platformHash, name, randomBytes(ED25519_KEY_BYTES), NOTE_KEY_TYPES[kind]);
      await writeLogKey(file, key, passphrase);
      const vkey = formatVerifierKey(key.verifier);
      const document = { kind, name, id: key.verifier.id, vkey, key: file, public: `${file}.vkey` };
      await io.print(document, `key           ${file}\nverifier key  ${vkey}`);
      return;
    }
    case "examiner": {
      const key = await createExaminerKey(name, file, passphrase);
      const document = { kind, name, fingerprint: key.fingerprint, key: file, public: certificateFileOf(file) };
      const text = `key          ${file}\ncertificate  ${certificateFileOf(file)}\nfingerprint  ${key.fingerprint}`;
      await io.print(document, text);
      return;
    }
    default:
      throw new Problem(
        "usage",
        "bad-kind",
        `--kind expected log, witness, witness-ml-dsa-44 or examiner, got ${JSON.stringify(kind)}`,
      );
  }
}
