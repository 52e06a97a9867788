import { SingleBar } from "cli-progress";

import { extentOf, type Progress } from "../model/progress.ts";

/** What long work reports to, and how to take it off the terminal. */
export interface ProgressBar {
  readonly show: (progress: Progress) => void;
  stop(): void;
}

const BYTES_PER_MEBIBYTE = 1_048_576;
const BAR_WIDTH = 30;
/** The longest phase is "hashing again". */
const PHASE_WIDTH = 13;

/** A bar with bytes, records and time left on a terminal, one per phase of the work; nothing at all on a pipe or file. */
export function progressBar(stream: NodeJS.WriteStream): ProgressBar {
  if (!stream.isTTY) return { show: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    stream,
    format: (_options, { progress, eta }, payload: Progress) => formatProgress(payload, progress, eta),
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    noTTYOutput: false,
  });
  let phase: string | undefined;
  return {
    show(progress) {
      const { done, total = 0 } = extentOf(progress);
      if (phase !== progress.phase) {
        // What is left is estimated from the pace of this phase alone.
        if (phase !== undefined) bar.stop();
        bar.start(total, done, progress);
        phase = progress.phase;
      }
      bar.setTotal(total);
      bar.update(done, progress);
    },
    stop() {
      if (phase !== undefined) bar.stop();
      phase = undefined;
    },
  };
}

/**
 * One line for a terminal, such as `loading       [======----] 60 % | 2.8 of 4.7 MiB | 45,076 records | 2 s left`; a
 * phase whose size is not known shows its name alone. `share` is 0 to 1, `secondsLeft` may be no number.
 */
export function formatProgress(progress: Progress, share: number, secondsLeft: number): string {
  const { phase, bytesDone, bytesTotal, records, recordsTotal } = progress;
  if (extentOf(progress).total === undefined) return `${phase} …`;
  const done = Math.min(BAR_WIDTH, Math.round(share * BAR_WIDTH));
  return [
    `${phase.padEnd(PHASE_WIDTH)} [${"=".repeat(done)}${"-".repeat(BAR_WIDTH - done)}] ${Math.round(share * 100)} %`,
    ...(bytesTotal === undefined
      ? []
      : [`${mebibytes(Math.min(bytesDone, bytesTotal))} of ${mebibytes(bytesTotal)} MiB`]),
    `${counted(records)}${recordsTotal === undefined ? "" : ` of ${counted(recordsTotal)}`} records`,
    `${formatSeconds(secondsLeft)} left`,
  ].join(" | ");
}

function counted(number: number): string {
  return number.toLocaleString("en-US");
}

function mebibytes(byteLength: number): string {
  return (byteLength / BYTES_PER_MEBIBYTE).toFixed(1);
}

function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
