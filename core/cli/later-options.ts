import { Option, type Command } from "commander";

import { Problem } from "../model/problem.ts";

/**
 * Names options that a later version answers, as commander flags with optional values. They are left out of --help; giving
 * one ends the command with the usage problem `not-in-this-version`, whatever else is on the line.
 */
export function withLaterOptions(command: Command, flags: readonly string[]): Command {
  for (const flag of flags) {
    const option = new Option(flag).hideHelp();
    command.addOption(option).on(`option:${option.name()}`, () => {
      const message = `${command.name()} does not take ${option.long ?? flag} in this version of assay`;
      throw new Problem("usage", "not-in-this-version", message);
    });
  }
  return command;
}
