import { closeSync, openSync } from "node:fs";

import { nativeCode } from "../bundle/native-code.ts";

/** What page-cache.c exports. */
interface PageCache {
  /** @returns 0, or the number of the error. */
  forget(descriptor: number): number;
}

let pageCache: PageCache | null | undefined;

/**
 * Has the system forget what it keeps in memory of a file that is not needed soon, so that other files stay and new ones get
 * room that is at hand (docs/decisions/0016). Precondition: its bytes were synced; what was not stays in memory.
 * @returns whether the system took the advice: not without native code, nor where it does not know it.
 */
export function leavePageCache(path: string): boolean {
  // What page-cache.c sets.
  pageCache ??= (nativeCode("page-cache") as PageCache | undefined) ?? null;
  if (pageCache === null) return false;
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    return pageCache.forget(file) === 0;
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
