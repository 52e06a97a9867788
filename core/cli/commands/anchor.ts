import { readFile } from "node:fs/promises";

import { type Command } from "commander";

import { readAnchors } from "../../casefile/anchors.ts";
import { exportAnchors } from "../../casefile/export-anchors.ts";
import { home } from "../../casefile/home.ts";
import { rememberNote } from "../../casefile/log-anchors.ts";
import { formatInstant, instantFromMillis } from "../../model/time.ts";
import { holdsCommands, runs, textOption, type CommandIo } from "../command.ts";
import { trustOf, withTrust } from "../trust-option.ts";

type Options = Readonly<Record<string, unknown>>;

/** `assay anchor`: the signed heads that this user has seen, which show what an export alone cannot. */
export function registerAnchor(program: Command): void {
  const anchor = holdsCommands(
    program.command("anchor").description("keep the signed heads of logs that you have seen"),
  );
  runs(anchor.command("list").description("list the heads that are remembered"), list);
  const add = anchor
    .command("add")
    .description("remember a signed checkpoint that you got elsewhere; its key must be pinned or given")
    .argument("<note>", "a file that holds the signed note");
  runs(withTrust(add), addNote);
  const save = anchor
    .command("export")
    .description("write every head as a file, with the store beside them, for another party to compare")
    .requiredOption("--out <folder>", "a new folder");
  runs(save, writeHeads);
}

async function list(io: CommandIo): Promise<void> {
  const anchors = await readAnchors(home().anchors);
  const lines = anchors.map(({ kind, identity, position, digest, seenAt }) => {
    const [name = "", key = ""] = identity.split("\n");
    const reach = kind === "log" ? `${position} records` : timeText(position);
    return `${kind.padEnd(10)} ${name}, ${reach}, ${digest}\n           ${key}\n           seen ${seenAt}`;
  });
  await io.print({ anchors }, lines.length === 0 ? "no head is remembered" : lines.join("\n"));
}

async function addNote(io: CommandIo, options: Options, operands: readonly string[]): Promise<void> {
  const note = await readFile(io.path(operands[0] ?? ""));
  const { logKeys } = await trustOf(io, options);
  const { states, added } = await rememberNote(home().anchors, note, logKeys, timeText(Date.now()));
  const [state] = states;
  const text = `${state?.origin ?? ""}, ${state?.size ?? 0} records, ${state?.root ?? ""}: ${added > 0 ? "remembered" : "was remembered already"}`;
  await io.print({ states, added }, text);
}

async function writeHeads(io: CommandIo, options: Options): Promise<void> {
  const folder = io.path(textOption(options["out"]) ?? "");
  const files = await exportAnchors(home().anchors, folder);
  await io.print({ out: folder, files }, `${files.length} heads written to ${folder}`);
}

function timeText(ms: number): string {
  return formatInstant(instantFromMillis(ms));
}
