import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { type ChainPart, type RecordHashing } from "../merkle/record-hashing.ts";
import { HASH_BYTES } from "../model/digest.ts";

/** What record-hashing.c exports; nothing where the processor has no instructions for SHA-256. */
interface NativeJobs {
  leaves(text: Uint8Array, bounds: Uint32Array, count: number, target: Uint8Array, at: number): void;
  extend(head: Uint8Array, leaves: Uint8Array): void;
  parents(nodes: Uint8Array, target: Uint8Array): void;
}

const FILE = "record-hashing.node";

/**
 * The jobs by record-hashing.c, which is compiled where the application is built with a C compiler at hand
 * (docs/decisions/0015). Undefined where it was not, and where the processor cannot run it.
 */
export function nativeHashing(): RecordHashing | undefined {
  // Beside the built program, or in the checkout's dist when run from its sources.
  const places = [join(import.meta.dirname, FILE), join(import.meta.dirname, "..", "..", "dist", "node", FILE)];
  const file = places.find((place) => existsSync(place));
  if (file === undefined) return undefined;
  // What record-hashing.c sets.
  const jobs = createRequire(import.meta.url)(file) as Partial<NativeJobs>;
  return hasJobs(jobs) ? new NativeHashing(jobs) : undefined;
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
