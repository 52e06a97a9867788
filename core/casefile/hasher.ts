import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

import { present } from "../model/assert.ts";
import { problemOfParts, type HashAnswers, type HashReply, type HashRequest } from "./hash-protocol.ts";

/** What a worker leaves for collection are leaves and digests: V8 lets twice a young generation of such memory wait. */
const LIMITS = { maxYoungGenerationSizeMb: 3 };

interface Waiting {
  readonly resolve: (answer: HashAnswers[keyof HashAnswers]) => void;
  readonly reject: (error: unknown) => void;
}

/** The hash worker, asked one thing after the other. */
export class Hasher {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];

  constructor() {
    this.#worker = new Worker(workerPath(), { resourceLimits: LIMITS });
    this.#worker.on("message", (reply: HashReply) => {
      const waiting = present(this.#waiting.shift(), "every reply was asked for");
      if (reply.ok) waiting.resolve(reply.answer);
      else waiting.reject("problem" in reply ? problemOfParts(reply.problem) : reply.error);
    });
    this.#worker.on("error", (error) => {
      for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    });
  }

  /** Requests that are not answered yet. */
  get pending(): number {
    return this.#waiting.length;
  }

  /** The worker's answer; its problems are thrown as they were. Buffers in `moved` are the worker's from now on. */
  ask<Request extends HashRequest>(
    request: Request,
    moved: readonly ArrayBuffer[] = [],
  ): Promise<HashAnswers[Request["kind"]]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        // The worker answers in order, each request with the answer of its kind.
        resolve: (answer) => resolve(answer as HashAnswers[Request["kind"]]),
        reject,
      });
      this.#worker.postMessage(request, moved);
    });
  }

  /** Ends the worker, whatever it is doing. */
  async close(): Promise<void> {
    await this.#worker.terminate();
    const closed = new Error("the hash worker was closed");
    for (const waiting of this.#waiting.splice(0)) waiting.reject(closed);
  }
}

/** Beside the built program, or in the checkout's dist when run from its sources. */
function workerPath(): string {
  const places = [
    join(import.meta.dirname, "hash-worker.mjs"),
    join(import.meta.dirname, "..", "..", "dist", "node", "hash-worker.mjs"),
  ];
  return present(
    places.find((place) => existsSync(place)),
    `the hash worker is built into ${places.join(" or ")}`,
  );
}
