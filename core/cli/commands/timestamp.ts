import { readFile, writeFile } from "node:fs/promises";

import { type Command } from "commander";

import { platformHash } from "../../bundle/platform-crypto.ts";
import { home } from "../../casefile/home.ts";
import { readTrustStore, timeAuthoritiesOf } from "../../casefile/trust-store.ts";
import { addPackageTimeStamp, packageTimeStampQuery } from "../../report/package-time-stamp.ts";
import { parseTimeAuthorities } from "../../signing/time-authority.ts";
import { formatPem } from "../../signing/pem.ts";
import { holdsCommands, runs, textOption, type CommandIo } from "../command.ts";

type Options = Readonly<Record<string, unknown>>;

/** `assay timestamp query|add`: a time stamp for a package that is already signed (RFC 3161), over two machines if need be. */
export function registerTimestamp(program: Command): void {
  const command = holdsCommands(program.command("timestamp").description("have a signed package time-stamped"));
  const query = command
    .command("query")
    .description("write a request to post to a time-stamping authority")
    .argument("<package>", "the folder of the package")
    .requiredOption("--out <tsq>", "the request");
  runs(query, queryCommand);
  const add = command
    .command("add")
    .description("check the authority's answer and put it into the package")
    .argument("<package>", "the folder of the package")
    .argument("<tsr>", "the answer")
    .option("--query <tsq>", "the request it answers")
    .option("--tsa <pem>", "certificates of the authority (default: those in the trust store)");
  runs(add, addCommand);
}

async function queryCommand(io: CommandIo, options: Options, [folder = ""]: readonly string[]): Promise<void> {
  const out = io.path(textOption(options["out"]) ?? "");
  await writeFile(out, await packageTimeStampQuery(io.path(folder)), { flag: "wx" });
  const post = `curl -H 'Content-Type: application/timestamp-query' --data-binary @${out} <authority> > answer.tsr`;
  await io.print({ query: out }, `request  ${out}\nOn a machine with a network:\n  ${post}`);
}

async function addCommand(
  io: CommandIo,
  options: Options,
  [folder = "", answer = ""]: readonly string[],
): Promise<void> {
  const tsa = textOption(options["tsa"]);
  const query = textOption(options["query"]);
  const authorities =
    tsa === undefined
      ? timeAuthoritiesOf(await readTrustStore(home().trustStore))
      : parseTimeAuthorities(platformHash, await readFile(io.path(tsa), "utf8"));
  const { file, stamp } = await addPackageTimeStamp(io.path(folder), {
    response: await readFile(io.path(answer)),
    query: query === undefined ? null : await readFile(io.path(query)),
    authorities,
    chain: authorities
      .map(({ certificate }) => formatPem("CERTIFICATE", new Uint8Array(certificate.toSchema().toBER())))
      .join(""),
  });
  const time = new Date(stamp.timeMs).toISOString();
  const document = { file, time, accuracyMs: stamp.accuracyMs, authority: stamp.authority };
  await io.print(document, `${file}: signed before ${time}, says ${stamp.authority}`);
}
