import { type Problem } from "../model/problem.ts";
import { conditionProblem } from "../model/system-problem.ts";

/** How DuckDB words what the system refused it, on the systems that Assay runs on, and the system's name for it. */
const WORDINGS = [
  [/no space left on device|not enough space on the disk|max_temp_directory_size/i, "ENOSPC"],
  [/disk quota exceeded/i, "EDQUOT"],
  [/file too large/i, "EFBIG"],
  [/permission denied|access is denied/i, "EACCES"],
  [/read-only file system/i, "EROFS"],
] as const;

/** What the system refused DuckDB, as a `machine` problem that names the file. @returns undefined for anything else. */
export function databaseProblem(error: unknown, doing: string): Problem | undefined {
  if (!(error instanceof Error)) return undefined;
  const { message } = error;
  // A statement that is wrong is quoted in its message, with whatever words are in it.
  if (!/^(IO|Out of Memory|TransactionContext|FATAL) Error:/i.test(message)) return undefined;
  const name = WORDINGS.find(([pattern]) => pattern.test(message))?.[1];
  const file = /file "([^"]+)"/i.exec(message)?.[1];
  return name && conditionProblem(name, doing, file === undefined ? {} : { file }, error);
}
