import { type Command } from "commander";

import { home } from "../../casefile/home.ts";
import { keepSelfTest } from "../../selftest/kept-result.ts";
import { runSelfTest } from "../../selftest/run.ts";
import { type SelfTestClass } from "../../model/self-test.ts";
import { runs, type CommandIo } from "../command.ts";
import { PROGRAM } from "../program.ts";

/** `assay self-test`: how often this version of the verifier is wrong about a corpus of good and changed evidence. */
export function registerSelfTest(program: Command): void {
  const command = program
    .command("self-test")
    .description("measure the verifier's errors on a seeded corpus of good and changed evidence");
  runs(command, selfTest);
}

async function selfTest(io: CommandIo): Promise<number> {
  const result = await runSelfTest(PROGRAM.version, io.work);
  await keepSelfTest(home().selfTest, PROGRAM.build, new Date().toISOString(), result);
  const cases = sum(result.classes, ({ of }) => of);
  const missed = sum(result.classes, ({ missed }) => missed);
  const falseAlarms = sum(result.classes, ({ falseAlarms }) => falseAlarms);
  await io.print(
    result,
    [
      `assay ${result.version}, ${result.seconds} s`,
      ...result.classes.map(describe),
      `${missed} of ${cases} changed bundles missed, ${falseAlarms} false alarms`,
    ].join("\n"),
  );
  return missed + falseAlarms === 0 ? 0 : 1;
}

function describe({ id, what, missed, of, falseAlarms, ofGood }: SelfTestClass): string {
  const errors = `missed ${missed} of ${of}, false alarms ${falseAlarms} of ${ofGood}`;
  return `${id.padEnd(11)} ${errors.padEnd(40)} ${what}`;
}

function sum(classes: readonly SelfTestClass[], count: (item: SelfTestClass) => number): number {
  return classes.reduce((total, item) => total + count(item), 0);
}
