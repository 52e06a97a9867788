// What a script is told on its command line: nothing that it does not know is taken for something else.
import { parseArgs } from "node:util";

/** "Wrong command line" among the exit codes of docs/verdicts.md. */
const USAGE_EXIT_CODE = 64;

/**
 * The options, and at most `most` operands, that a script was started with. Others end it with one line that holds the
 * usage. `options` are those of Node's parseArgs.
 */
export function readArguments(usage, options = {}, most = 0) {
  try {
    const { values, positionals: operands } = parseArgs({ options, allowPositionals: true });
    if (operands.length <= most) return { values, operands };
    throw new Error(`unexpected ${JSON.stringify(operands[most])}`);
  } catch (error) {
    refuse(usage, error.message.split(". ", 1)[0]);
  }
}

/** Ends the script with one line that says what is wrong with its command line. */
export function refuse(usage, fault) {
  process.stderr.write(`${fault}; usage: ${usage}\n`);
  process.exit(USAGE_EXIT_CODE);
}
