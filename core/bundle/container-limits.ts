import { Problem, quote } from "../model/problem.ts";
import { type ContainerLimits } from "./container.ts";

/** Below this size a ratio says nothing: a short run of zeros compresses as well as a bomb. */
const RATIO_FLOOR_BYTES = 1_048_576;

/** Throws `too-many-members` over the limit. */
export function assertMemberCount(count: number, limits: ContainerLimits, container: string): void {
  if (count <= limits.maxMembers) return;
  throw new Problem("refused", "too-many-members", `${quote(container)} holds more files than is allowed`, {
    file: container,
    expected: `at most ${limits.maxMembers} files`,
    found: `at least ${count}`,
  });
}

/** Throws `too-large` when the content is longer than the limit. */
export function assertTotal(byteLength: number, limits: ContainerLimits, container: string): void {
  if (byteLength <= limits.maxTotalBytes) return;
  throw new Problem("refused", "too-large", `${quote(container)} expands to more than is allowed`, {
    file: container,
    expected: `at most ${limits.maxTotalBytes} bytes`,
    found: `${byteLength} bytes`,
  });
}

/** Throws `expansion-ratio` when `expanded` bytes come out of so few that only a bomb packs like it. */
export function assertRatio(
  expanded: number,
  packed: number,
  limits: Pick<ContainerLimits, "maxRatio">,
  path: string,
): void {
  if (expanded < RATIO_FLOOR_BYTES || expanded <= packed * limits.maxRatio) return;
  throw new Problem("refused", "expansion-ratio", `${quote(path)} expands out of all proportion to its packed size`, {
    file: path,
    expected: `at most ${limits.maxRatio} : 1`,
    found: `${expanded} bytes from ${packed}`,
  });
}

/** Order of members: by UTF-16 code units, whatever the locale. */
export function comparePaths(left: { readonly path: string }, right: { readonly path: string }): number {
  return left.path < right.path ? -1 : left.path > right.path ? 1 : 0;
}
