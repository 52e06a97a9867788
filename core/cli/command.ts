import { isAbsolute, resolve } from "node:path";

import { type Command } from "commander";

import { Problem, quote } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { parseInstant, type Instant } from "../model/time.ts";
import { progressBar, type ProgressBar } from "./progress-bar.ts";

/** What a command gets: its streams, its cancellation, and the caller's folder. */
export interface CommandIo {
  readonly json: boolean;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Cancellation and a progress bar on a terminal, in the form that long work in core takes. */
  readonly work: LongWork;
  /** An absolute path; relative ones are taken from the folder the command was typed in, also under npm. */
  path(text: string): string;
  /** The one result of the command: the document with --json, otherwise the text. */
  print(document: unknown, text: string): Promise<void>;
  /** Writes to stdout and waits until the reader keeps up. */
  write(text: string): Promise<void>;
  /** A line for people on stderr, in both modes. */
  say(text: string): void;
}

/** A command's work; the number is the exit code, nothing means 0. */
export type Run = (
  io: CommandIo,
  options: Readonly<Record<string, unknown>>,
  operands: readonly string[],
) => Promise<number | void>;

let exitCode = 0;

/** The exit code of the command that ran. */
export function commandExitCode(): number {
  return exitCode;
}

/** Gives a command its common option `--json` and its work. */
export function runs(command: Command, run: Run): Command {
  return command.option("--json", "print one JSON document on stdout").action(async () => {
    const operands = command.processedArgs.flat().filter((operand): operand is string => typeof operand === "string");
    const options = command.opts();
    const controller = new AbortController();
    let interrupts = 0;
    const onInterrupt = (): void => {
      interrupts += 1;
      if (interrupts > 1) process.exit(130);
      controller.abort();
    };
    process.on("SIGINT", onInterrupt);
    process.on("SIGTERM", onInterrupt);
    const bar = progressBar(process.stderr);
    try {
      const io = commandIo(options["json"] === true, controller.signal, bar);
      exitCode = (await run(io, options, operands)) ?? 0;
    } finally {
      bar.stop();
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onInterrupt);
    }
  });
}

/** Makes a command whose work lies in its subcommands say so when none of them is named: the usage problem `no-command`. */
export function holdsCommands(command: Command): Command {
  return command
    .allowExcessArguments()
    .allowUnknownOption()
    .action(() => {
      const names = command.commands.map((subcommand) => subcommand.name());
      const [found] = command.args;
      const expected = `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;
      throw new Problem(
        "usage",
        "no-command",
        `assay ${command.name()} expected ${expected}, got ${found === undefined ? "no command" : quote(found)}; ` +
          `\`assay ${command.name()} --help\` describes them`,
      );
    });
}

function commandIo(json: boolean, signal: AbortSignal, bar: ProgressBar): CommandIo {
  const write = (text: string): Promise<void> =>
    new Promise((done, fail) => {
      // The bar goes first: it would wipe the line that it stands on.
      bar.stop();
      process.stdout.write(text, (error) => (error ? fail(error) : done()));
    });
  return {
    json,
    signal,
    work: { signal, onProgress: bar.show },
    path: callerPath,
    print: (document, text) => write(json ? `${JSON.stringify(document)}\n` : `${text}\n`),
    write,
    say: (text) => {
      bar.stop();
      process.stderr.write(`${text}\n`);
    },
  };
}

function callerPath(text: string): string {
  return isAbsolute(text) ? text : resolve(process.env["INIT_CWD"] ?? process.cwd(), text);
}

/** Reads the value of a time option (RFC 3339). Throws the usage problem `bad-time`. */
export function timeOption(name: string, value: unknown): Instant | undefined {
  if (value === undefined) return undefined;
  const time = typeof value === "string" ? parseInstant(value) : undefined;
  if (time === undefined) {
    throw new Problem(
      "usage",
      "bad-time",
      `--${name} expected an RFC 3339 time such as 2026-01-02T03:04:05Z, got ${JSON.stringify(value)}`,
    );
  }
  return time;
}

/** A text option that was given, or undefined. */
export function textOption(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The values of an option that repeats. */
export function listOption(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** Commander's collector for options that repeat. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}
