import { type Command } from "commander";

import { home } from "../../casefile/home.ts";
import { pinByForm } from "../../casefile/pin-by-form.ts";
import { unpin } from "../../casefile/pins.ts";
import { readTrustStore, type TrustStore } from "../../casefile/trust-store.ts";
import { formatInstant, instantFromMillis } from "../../model/time.ts";
import { holdsCommands, runs, textOption, type CommandIo } from "../command.ts";
import { textOrFile } from "../trust-option.ts";

/** `assay trust`: keys, certificates and policies that this user compared with their owners. */
export function registerTrust(program: Command): void {
  const trust = holdsCommands(program.command("trust").description("pin keys that you compared with their owners"));
  const add = trust
    .command("add")
    .description(
      "pin a log's verifier key, a policy of witnesses, a time authority's certificates, keys of CloudTrail, or an examiner's certificate or fingerprint",
    )
    .argument("<key>", "the key, certificate or policy itself, or a file that holds it")
    .requiredOption("--reason <text>", "how you know that it is theirs");
  runs(add, addKey);
  runs(trust.command("list").description("list what is pinned"), list);
  const remove = trust
    .command("remove")
    .description("take a key back")
    .argument("<key>", "key, key id, fingerprint, or the policy or its digest");
  runs(remove, removeKey);
}

async function addKey(
  io: CommandIo,
  options: Readonly<Record<string, unknown>>,
  operands: readonly string[],
): Promise<void> {
  const text = await textOrFile(io, operands[0] ?? "");
  const reason = textOption(options["reason"]) ?? "";
  const pinnedAt = formatInstant(instantFromMillis(Date.now()));
  await show(io, await pinByForm(home().trustStore, text, reason, pinnedAt));
}

async function list(io: CommandIo): Promise<void> {
  await show(io, await readTrustStore(home().trustStore));
}

async function removeKey(io: CommandIo, _options: unknown, operands: readonly string[]): Promise<void> {
  await show(io, await unpin(home().trustStore, await textOrFile(io, operands[0] ?? "")));
}

async function show(io: CommandIo, store: TrustStore): Promise<void> {
  const lines = [
    ...store.logKeys.map(({ vkey, pinnedAt, reason }) => `log       ${vkey}\n          ${pinnedAt}  ${reason}`),
    ...store.examiners.map(
      ({ fingerprint, name, pinnedAt, reason }) => `examiner  ${fingerprint} ${name}\n          ${pinnedAt}  ${reason}`,
    ),
    ...store.policies.map(({ id, text, pinnedAt, reason }) => {
      const lines = text.trimEnd().split("\n");
      return [`policy    ${id}`, ...lines.map((line) => `          ${line}`), `          ${pinnedAt}  ${reason}`].join(
        "\n",
      );
    }),
    ...store.timeAuthorities.map(
      ({ fingerprint, name, pinnedAt, reason }) => `time      ${fingerprint} ${name}\n          ${pinnedAt}  ${reason}`,
    ),
    ...store.publicKeys.map(
      ({ publicKey, fingerprints, pinnedAt, reason }) =>
        `cloudtrail ${fingerprints.join(" or ")} ${publicKey}\n          ${pinnedAt}  ${reason}`,
    ),
  ];
  await io.print(store, lines.length === 0 ? "nothing is pinned" : lines.join("\n"));
}
