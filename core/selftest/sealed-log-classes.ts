/**
 * Ways to change a sealed log, by the rows of the tamper table (docs/verdicts.md explains the codes): record content and
 * order, files of the bag, signatures, what stands beside them and what the examiner knows. Each is applied at places that a seeded source chooses.
 */
import { CUSTODY_CLASSES } from "./custody-classes.ts";
import { FILE_CLASSES } from "./file-classes.ts";
import { HISTORY_CLASSES } from "./history-classes.ts";
import { KNOWLEDGE_CLASSES } from "./knowledge-classes.ts";
import { LINE_CLASSES } from "./line-classes.ts";
import { RECORD_CLASSES } from "./record-classes.ts";
import { STATEMENT_CLASSES } from "./statement-classes.ts";
import { type TamperClass } from "./tamper-class.ts";
import { WEAK_KEY_CLASS } from "./weak-key-class.ts";

export const SEALED_LOG_CLASSES: readonly TamperClass[] = [
  ...RECORD_CLASSES,
  ...HISTORY_CLASSES,
  WEAK_KEY_CLASS,
  ...LINE_CLASSES,
  ...STATEMENT_CLASSES,
  ...CUSTODY_CLASSES,
  ...KNOWLEDGE_CLASSES,
  ...FILE_CLASSES,
];
