import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

import { present } from "../model/assert.ts";
import { Problem, type ProblemDetails, type ProblemKind } from "../model/problem.ts";
import { type HashAnswers, type HashReply, type HashRequest } from "./hash-protocol.ts";

interface Waiting {
  readonly resolve: (answer: HashAnswers[keyof HashAnswers]) => void;
  readonly reject: (error: unknown) => void;
}

/** The hash worker, asked one thing after the other. */
export class Hasher {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];

  constructor() {
    this.#worker = new Worker(workerPath());
    this.#worker.on("message", (reply: HashReply) => {
      const waiting = present(this.#waiting.shift(), "every reply was asked for");
      if (reply.ok) waiting.resolve(reply.answer);
      else waiting.reject(toError(reply.error));
    });
    this.#worker.on("error", (error) => {
      for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    });
  }

  /** The worker's answer; its problems are thrown as they were. */
  ask<Request extends HashRequest>(request: Request): Promise<HashAnswers[Request["kind"]]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        // The worker answers in order, each request with the answer of its kind.
        resolve: (answer) => resolve(answer as HashAnswers[Request["kind"]]),
        reject,
      });
      this.#worker.postMessage(request);
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

function toError(error: unknown): unknown {
  if (typeof error !== "object" || error === null || !("problem" in error)) return error;
  // Written by the worker's toReply.
  const { kind, code, message, details } = error.problem as {
    readonly kind: ProblemKind;
    readonly code: string;
    readonly message: string;
    readonly details: ProblemDetails;
  };
  return new Problem(kind, code, message, details);
}
