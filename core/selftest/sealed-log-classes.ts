/**
 * Ways to change a sealed log, by the rows of the tamper table (docs/verdicts.md explains the codes): record content and
 * order, files of the bag, signatures and what stands beside them. Each is applied at places that a seeded source chooses.
 */
import { FILE_CLASSES } from "./file-classes.ts";
import { HISTORY_CLASSES } from "./history-classes.ts";
import { LINE_CLASSES } from "./line-classes.ts";
import { RECORD_CLASSES } from "./record-classes.ts";
import { type TamperClass } from "./tamper-class.ts";

export const SEALED_LOG_CLASSES: readonly TamperClass[] = [
  ...RECORD_CLASSES,
  ...HISTORY_CLASSES,
  ...LINE_CLASSES,
  ...FILE_CLASSES,
];
