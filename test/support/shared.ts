import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Published vectors and data beside the checkout; they are read in place and never copied in. */
export function sharedPath(path: string): string {
  return fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url));
}

export function hasShared(path: string): boolean {
  return existsSync(sharedPath(path));
}

export function readShared(path: string): Buffer {
  return readFileSync(sharedPath(path));
}

/** Relative paths of all files below a folder, sorted. */
export function listShared(path: string): string[] {
  if (!hasShared(path)) return [];
  return readdirSync(sharedPath(path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(sharedPath(path).length + 1))
    .sort();
}
