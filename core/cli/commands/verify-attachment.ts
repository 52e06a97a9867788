import { writeFile } from "node:fs/promises";

import { type Command } from "commander";

import { home } from "../../casefile/home.ts";
import { readTrust } from "../../casefile/trust.ts";
import { type AttachmentRequest, verifyAttachmentFile } from "../../casefile/verify-attachment.ts";
import { type AttachmentResult } from "../../model/attachment.ts";
import { Problem, quoteWhole } from "../../model/problem.ts";
import { exitCodeOfVerdict, verdictWord } from "../../model/verdict.ts";
import { describeCheck, describeFinding } from "../check-lines.ts";
import { collect, listOption, runs, textOption, type CommandIo } from "../command.ts";
import { errorDocument } from "../failure.ts";

type Options = Readonly<Record<string, unknown>>;

/** `assay verify-attachment`: what a DSSE envelope, a JSON Web Signature or a Sigstore bundle proves about a file. */
export function registerVerifyAttachment(program: Command): void {
  const command = program
    .command("verify-attachment")
    .description("check a signature that lies beside a file: DSSE, JWS or a Sigstore bundle")
    .argument("<attachment>", "the envelope, signature or bundle")
    .option("--over <file>", "the file that it is about; not needed when it carries its content")
    .option("--key <file>", "trust this key: JWK, PEM, or a verifier key, besides the pinned ones; repeats", collect)
    .option("--trusted-root <file>", "trust the authorities and logs of this Sigstore trusted root")
    .option("--identity <name>", "whom the signer's certificate must name, to the letter; with --issuer")
    .option("--issuer <url>", "who must have vouched for the identity; with --identity")
    .option("--save <file>", "write the result as JSON, too");
  runs(command, verifyAttachmentCommand);
}

async function verifyAttachmentCommand(
  io: CommandIo,
  options: Options,
  [path = ""]: readonly string[],
): Promise<number> {
  const pathOf = (option: string) => {
    const text = textOption(options[option]);
    return text === undefined ? undefined : io.path(text);
  };
  const request: AttachmentRequest = {
    attachment: io.path(path),
    over: pathOf("over"),
    keys: listOption(options["key"]).map((key) => io.path(key)),
    trustedRoot: pathOf("trustedRoot"),
    identity: identityOf(options),
  };
  const { result, refusal } = await verifyAttachmentFile(request, await readTrust(home()), {});
  const document = { ...result, ...(refusal ? errorDocument(refusal) : {}) };
  const save = pathOf("save");
  if (save !== undefined) await writeFile(save, `${JSON.stringify(document, null, 2)}\n`, { flag: "wx" });
  await io.print(document, describe(result));
  return exitCodeOfVerdict(result.verdict);
}

function identityOf(options: Options): AttachmentRequest["identity"] {
  const [subject, issuer] = [textOption(options["identity"]), textOption(options["issuer"])];
  if (subject !== undefined && issuer !== undefined) return { subject, issuer };
  if (subject === undefined && issuer === undefined) return undefined;
  const message = "expected --identity and --issuer together: one alone names nobody";
  throw new Problem("usage", "identity-incomplete", message);
}

function describe(result: AttachmentResult): string {
  const { over, signer, provenTime } = result;
  return [
    `${verdictWord(result.verdict)} (${result.verdict})`,
    ...(over === null ? [] : [`file     ${over.file}, ${over.byteLength} bytes, SHA-256 ${over.sha256}`]),
    ...(signer === null
      ? []
      : [`signer   ${quoteWhole(signer.identity)}`, `issuer   ${quoteWhole(signer.issuer ?? "")}`]),
    ...(provenTime === null ? [] : [`signed   at the latest ${provenTime}`]),
    ...result.checks.map(describeCheck),
    ...result.findings.map(describeFinding),
  ].join("\n");
}
