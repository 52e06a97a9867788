import { type ChainPart, type RecordHashing } from "../merkle/record-hashing.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { nativeCode } from "./native-code.ts";

/** What record-hashing.c exports; nothing where the processor has no instructions for SHA-256. */
interface NativeJobs {
  leaves(text: Uint8Array, bounds: Uint32Array, count: number, target: Uint8Array, at: number): void;
  extend(head: Uint8Array, leaves: Uint8Array): void;
  parents(nodes: Uint8Array, target: Uint8Array): void;
}

/** The jobs by record-hashing.c. Undefined where it was not compiled, and where the processor cannot run it. */
export function nativeHashing(): RecordHashing | undefined {
  // What record-hashing.c sets.
  const jobs = nativeCode("record-hashing") as Partial<NativeJobs> | undefined;
  return jobs && hasJobs(jobs) ? new NativeHashing(jobs) : undefined;
}

function hasJobs(jobs: Partial<NativeJobs>): jobs is NativeJobs {
  return jobs.leaves !== undefined && jobs.extend !== undefined && jobs.parents !== undefined;
}

class NativeHashing implements RecordHashing {
  readonly #jobs: NativeJobs;

  constructor(jobs: NativeJobs) {
    this.#jobs = jobs;
  }

  leaves(text: Uint8Array, bounds: Uint32Array, count: number, target: Uint8Array, at: number): void {
    this.#jobs.leaves(text, bounds, count, target, at);
  }

  chains(parts: readonly ChainPart[]): readonly Uint8Array[] {
    return parts.map((part) => {
      const head = new Uint8Array(part.head);
      this.#jobs.extend(head, part.leaves);
      return head;
    });
  }

  parents(nodes: Uint8Array): Uint8Array {
    const parents = new Uint8Array(Math.floor(nodes.length / (2 * HASH_BYTES)) * HASH_BYTES);
    this.#jobs.parents(nodes, parents);
    return parents;
  }
}
