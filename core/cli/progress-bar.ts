import { SingleBar } from "cli-progress";

import { type Progress } from "../model/progress.ts";

interface ProgressBar {
  readonly show: (progress: Progress) => void;
  stop(): void;
}

const BYTES_PER_MEBIBYTE = 1_048_576;

/** A bar with bytes, records and time left on a terminal; nothing at all on a pipe or file. */
export function progressBar(stream: NodeJS.WriteStream): ProgressBar {
  if (!stream.isTTY) return { show: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    stream,
    format: "{phase} [{bar}] {percentage}% | {mebibytes} MiB | {records} records | {eta_formatted} left",
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    noTTYOutput: false,
  });
  let started = false;
  return {
    show(progress) {
      const total = progress.bytesTotal ?? Math.max(progress.bytesDone, 1);
      const payload = {
        phase: progress.phase.padEnd(9),
        mebibytes: (progress.bytesDone / BYTES_PER_MEBIBYTE).toFixed(1),
        records: progress.records.toLocaleString("en-US"),
      };
      if (!started) {
        bar.start(total, progress.bytesDone, payload);
        started = true;
        return;
      }
      bar.setTotal(total);
      bar.update(progress.bytesDone, payload);
    },
    stop() {
      if (started) bar.stop();
    },
  };
}
