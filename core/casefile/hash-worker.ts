/** Runs in a worker thread beside DuckDB: frames, hashes, and writes the sidecar (hash-protocol.ts). */
import { parentPort } from "node:worker_threads";

import { present } from "../model/assert.ts";
import { Problem } from "../model/problem.ts";
import { findCopies } from "./find-copies.ts";
import { deriveFile, frameFile } from "./frame-file.ts";
import { type HashAnswers, type HashReply, type HashRequest } from "./hash-protocol.ts";
import { SidecarWriter } from "./sidecar-writer.ts";

const port = present(parentPort, "the hash worker runs in a worker thread");
let sidecar: SidecarWriter | undefined;

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
    case "sync":
      present(sidecar, "a sidecar is open").sync();
      return null;
    case "close":
      present(sidecar, "a sidecar is open").close();
      sidecar = undefined;
      return null;
    case "copies":
      return findCopies(request.sidecars);
  }
}

/** A problem loses its class on the way between threads; its parts do not. */
function toReply(error: unknown): HashReply {
  if (!(error instanceof Problem)) return { ok: false, error };
  const { kind, code, message, details } = error;
  return { ok: false, error: { problem: { kind, code, message, details } } };
}

port.on("message", (request: HashRequest) => {
  answer(request).then(
    (value) => port.postMessage({ ok: true, answer: value } satisfies HashReply),
    (error: unknown) => port.postMessage(toReply(error)),
  );
});
