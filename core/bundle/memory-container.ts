import { comparePaths } from "./container-limits.ts";
import { type Container } from "./container.ts";

/** Files in memory as a container. */
export function memoryContainer(label: string, files: ReadonlyMap<string, Uint8Array>): Container {
  return {
    kind: "directory",
    label,
    members: [...files].map(([path, bytes]) => ({ path, byteLength: bytes.length })).sort(comparePaths),
    async *open(path) {
      yield await Promise.resolve(files.get(path) ?? new Uint8Array());
    },
    faults: () => [],
    close: () => Promise.resolve(),
  };
}
