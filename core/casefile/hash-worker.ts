/** Runs in a worker thread beside DuckDB: frames, hashes, and writes the sidecar (hash-protocol.ts). */
import { createHash } from "node:crypto";
import { parentPort } from "node:worker_threads";

import { SegmentMemory } from "../bundle/read-segment.ts";
import { present } from "../model/assert.ts";
import { Problem } from "../model/problem.ts";
import { systemProblem } from "../model/system-problem.ts";
import { findCopies } from "./find-copies.ts";
import { deriveFile, frameFile } from "./frame-file.ts";
import { partsOfProblem, type HashAnswers, type HashReply, type HashRequest } from "./hash-protocol.ts";
import { hashSegments } from "./hash-segments.ts";
import { SidecarWriter } from "./sidecar-writer.ts";

const port = present(parentPort, "the hash worker runs in a worker thread");
let sidecar: SidecarWriter | undefined;
const memory = new SegmentMemory();

async function answer(request: HashRequest): Promise<HashAnswers[keyof HashAnswers]> {
  switch (request.kind) {
    case "open":
      sidecar = new SidecarWriter(request.sidecar, request.records);
      return null;
    case "file":
      return frameFile(request.path, request.derivedPath, request.framing, present(sidecar, "a sidecar is open"));
    case "derive":
      deriveFile(request.path, request.derivedPath, request.framing);
      return null;
    case "segments":
      return hashSegments(request, sidecar);
    case "digest":
      return createHash("sha256").update(memory.read(request.file).subarray(1)).digest("hex");
    case "close":
      present(sidecar, "a sidecar is open").close();
      sidecar = undefined;
      return null;
    case "copies":
      return findCopies(request.sidecars);
  }
}

/** Large arrays go over without a copy. The only answer that is a list is that about segments. */
function moved(value: HashAnswers[keyof HashAnswers]): ArrayBuffer[] {
  if (!Array.isArray(value)) return [];
  return (value as HashAnswers["segments"]).flatMap(({ read: { content } }) =>
    content === null ? [] : [content.leaves, content.offsets].map(({ buffer }) => buffer),
  );
}

/** Requests are answered one after the other: the sidecar grows in evidence order, and replies need no number. */
let last: Promise<void> = Promise.resolve();
port.on("message", (request: HashRequest) => {
  last = last
    .then(() => answer(request))
    .then((value) => {
      sidecar?.flush();
      return value;
    })
    .then(
      (value) => port.postMessage({ ok: true, answer: value } satisfies HashReply, moved(value)),
      (error: unknown) => {
        const problem = error instanceof Problem ? error : systemProblem(error);
        const reply = problem ? { problem: partsOfProblem(problem) } : { error };
        port.postMessage({ ok: false, ...reply } satisfies HashReply);
      },
    );
});
