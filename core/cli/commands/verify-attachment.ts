import { readFile, stat, writeFile } from "node:fs/promises";
import { basename } from "node:path";

import { type Command } from "commander";

import { platformEd25519Verify, platformHash } from "../../bundle/platform-crypto.ts";
import { home } from "../../casefile/home.ts";
import { readTrust } from "../../casefile/trust.ts";
import { type AttachmentResult } from "../../model/attachment.ts";
import { Problem, quoteWhole } from "../../model/problem.ts";
import { exitCodeOfVerdict, verdictWord } from "../../model/verdict.ts";
import { noteKey, parseKeyFile } from "../../signing/key-file.ts";
import { parseSigstoreRoot } from "../../signing/sigstore-root.ts";
import { refusedAttachment, verifyAttachment } from "../../verification/attachment.ts";
import { type AttachedFile, type AttachmentMeans, type GivenKey } from "../../verification/attachment-means.ts";
import { describeCheck, describeFinding } from "../check-lines.ts";
import { collect, listOption, runs, textOption, type CommandIo } from "../command.ts";
import { errorDocument } from "../failure.ts";

type Options = Readonly<Record<string, unknown>>;

/** A signature is over a file as a whole, which is read into memory. */
const MAX_FILE_BYTES = 1024 * 1024 * 1024;

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
  const means = await meansOf(io, options);
  const over = textOption(options["over"]);
  const file = over === undefined ? undefined : await readAttached(io.path(over));
  const { content } = await readAttached(io.path(path));
  let result: AttachmentResult;
  let refusal: Problem | undefined;
  try {
    result = await verifyAttachment(content, file, means);
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== "refused") throw error;
    refusal = error;
    result = refusedAttachment(error, platformHash, file);
  }
  const document = { ...result, ...(refusal ? errorDocument(refusal) : {}) };
  const save = textOption(options["save"]);
  if (save !== undefined) await writeFile(io.path(save), `${JSON.stringify(document, null, 2)}\n`, { flag: "wx" });
  await io.print(document, describe(result));
  return exitCodeOfVerdict(result.verdict);
}

async function readAttached(path: string): Promise<AttachedFile> {
  const { size } = await stat(path);
  if (size > MAX_FILE_BYTES) {
    const message = `expected a file of at most ${MAX_FILE_BYTES} bytes, got ${size}`;
    throw new Problem("usage", "file-too-long", message, { file: path });
  }
  return { name: basename(path), content: await readFile(path) };
}

async function meansOf(io: CommandIo, options: Options): Promise<AttachmentMeans> {
  const [subject, issuer] = [textOption(options["identity"]), textOption(options["issuer"])];
  if ((subject === undefined) !== (issuer === undefined)) {
    throw new Problem(
      "usage",
      "identity-incomplete",
      "expected --identity and --issuer together: one alone names nobody",
    );
  }
  const root = textOption(options["trustedRoot"]);
  return {
    hash: platformHash,
    crypto: globalThis.crypto,
    ed25519: platformEd25519Verify,
    keys: await givenKeys(io, options),
    root: root === undefined ? undefined : parseSigstoreRoot(await readFile(io.path(root))),
    identity: subject === undefined || issuer === undefined ? undefined : { subject, issuer },
  };
}

async function givenKeys(io: CommandIo, options: Options): Promise<readonly GivenKey[]> {
  const { logKeys } = await readTrust(home());
  const pinned = logKeys.flatMap((key) => {
    const published = noteKey(key);
    return published === undefined ? [] : [{ ...published, name: key.name }];
  });
  const given: GivenKey[] = [];
  for (const text of listOption(options["key"])) {
    const keys = parseKeyFile(platformHash, await readFile(io.path(text)));
    given.push(...keys.map((key) => ({ ...key, name: key.keyId ?? basename(text) })));
  }
  return [...given, ...pinned];
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
