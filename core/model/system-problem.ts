import { Problem, type ProblemDetails } from "./problem.ts";

/** The code of a problem whose cause is that nothing more fits on the disk. */
const DISK_FULL = "disk-full";

interface SystemError extends Error {
  readonly code: string;
  readonly syscall?: unknown;
  readonly path?: unknown;
}

interface Condition {
  readonly code: string;
  readonly expected: string;
  readonly found: string;
}

const NO_ROOM: Condition = { code: DISK_FULL, expected: "room on the disk", found: "no space left on the disk" };
const NO_PERMISSION: Condition = { code: "no-permission", expected: "permission", found: "permission denied" };

/** What the system says that an examiner can do something about. */
const CONDITIONS = {
  ENOSPC: NO_ROOM,
  EDQUOT: { ...NO_ROOM, found: "the disk quota is used up" },
  EFBIG: { code: "file-too-big", expected: "a file system for files of this size", found: "a limit to their size" },
  EACCES: NO_PERMISSION,
  EPERM: NO_PERMISSION,
  EROFS: { code: "read-only", expected: "a place that can be written", found: "a read-only file system" },
  ENOENT: { code: "system-enoent", expected: "a file or folder", found: "none" },
  ENOTDIR: { code: "system-enotdir", expected: "a folder", found: "a file" },
  EISDIR: { code: "system-eisdir", expected: "a file", found: "a folder" },
} satisfies Readonly<Record<string, Condition>>;

type ConditionName = keyof typeof CONDITIONS;

/** What was being done, by the call of the system that failed. */
const ATTEMPTS: ReadonlyMap<unknown, string> = new Map([
  ["open", "opening a file"],
  ["read", "reading a file"],
  ["write", "writing a file"],
  ["fsync", "writing a file"],
  ["fdatasync", "writing a file"],
  ["ftruncate", "writing a file"],
  ["mkdir", "making a folder"],
  ["scandir", "listing a folder"],
  ["opendir", "listing a folder"],
  ["unlink", "removing a file"],
  ["rename", "renaming a file"],
]);

/** What was being done and with which file, where the caller knows it better than the system. */
interface Attempt {
  readonly doing: string;
  readonly file: string;
}

/**
 * What the system refused, as a `machine` problem in words: `disk-full`, `file-too-big`, `no-permission`, `read-only`, or
 * `system-` and the system's own name for it. @returns undefined for what is no error of the system.
 */
export function systemProblem(error: unknown, attempt?: Attempt): Problem | undefined {
  if (!isSystemError(error)) return undefined;
  const path = typeof error.path === "string" ? error.path : undefined;
  const file = attempt?.file ?? path;
  const place = file === undefined ? {} : { file };
  const doing = attempt?.doing ?? ATTEMPTS.get(error.syscall) ?? "using the file system";
  if (isConditionName(error.code)) return conditionProblem(error.code, doing, place, error);
  const code = `system-${error.code.toLowerCase()}`;
  return new Problem("machine", code, `${doing}: ${error.message}`, place, { cause: error });
}

/** The problem for one of the system's names that another program met, or that is foreseen. Precondition: it has words. */
export function conditionProblem(name: ConditionName, doing: string, place: ProblemDetails, cause?: unknown): Problem {
  const { code, expected, found } = CONDITIONS[name];
  const details = { expected, found, ...place };
  const message = `${doing}: expected ${details.expected}, found ${details.found}`;
  return new Problem("machine", code, message, details, cause === undefined ? {} : { cause });
}

/** Whether work failed because nothing more fits on the disk: it can go on when there is room. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Problem && error.code === DISK_FULL;
}

function isConditionName(name: string): name is ConditionName {
  return Object.hasOwn(CONDITIONS, name);
}

/** Whether the system refused something, and by which of its names. */
export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "errno" in error;
}
