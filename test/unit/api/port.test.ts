import { MessageChannel, type MessagePort } from "node:worker_threads";

import { afterEach, expect, test } from "vitest";

import { connect } from "../../../core/api/client.ts";
import { contract, type OperationName } from "../../../core/api/contract.ts";
import { ApiError } from "../../../core/api/failure.ts";
import { type Port } from "../../../core/api/port.ts";
import { type Handlers, serve } from "../../../core/api/server.ts";
import { assert, type AssertionError } from "../../../core/model/assert.ts";
import { Problem } from "../../../core/model/problem.ts";

const adapt = (port: MessagePort): Port => ({
  post: (message) => port.postMessage(message),
  onMessage: (listener) => void port.on("message", listener),
  onClose: (listener) => void port.on("close", listener),
});

let close = () => {};
afterEach(() => close());

const isCaseOpen = () => false;

function occasion() {
  let happen = () => {};
  const happened = new Promise<void>((resolve) => {
    happen = resolve;
  });
  return { happen, happened };
}

/** A client and a server joined by a real channel; operations without a handler of the test's own are refused. */
function link(overrides: Partial<Handlers>) {
  const { port1, port2 } = new MessageChannel();
  close = () => port1.close();
  const faults: AssertionError[] = [];
  const unused = () => Promise.reject(new Error("not part of this test"));
  const names = Object.keys(contract) as OperationName[];
  const handlers = { ...Object.fromEntries(names.map((name) => [name, unused])), ...overrides } as Handlers;
  const emit = serve(adapt(port2), handlers, (fault) => faults.push(fault));
  return { client: connect(adapt(port1)), emit, faults, port1, port2 };
}

test("a call returns the handler's answer", async () => {
  const { client } = link({ "timeline.locate": ({ resultId }) => Promise.resolve(resultId + 1) });
  expect(await client.call("timeline.locate", { resultId: 6, seq: 0 })).toBe(7);
});

test("a 64-bit instant arrives with all its digits", async () => {
  const seen: unknown[] = [];
  const { client } = link({
    "timeline.locate": (input) => {
      seen.push("time" in input && input.time);
      return Promise.resolve(null);
    },
  });
  await client.call("timeline.locate", { resultId: 1, time: 1_689_000_000_123_456_789n });
  expect(seen).toEqual([1_689_000_000_123_456_789n]);
});

test("progress arrives in order, before the result", async () => {
  const phases = ["reading", "verifying"];
  const { client } = link({
    "evidence.verify": (_input, { progress }) => {
      for (const phase of phases) progress({ phase, bytesDone: 1, bytesTotal: 2, records: 0 });
      return Promise.reject(new ApiError({ code: "done", message: "done" }));
    },
  });
  const seen: string[] = [];
  const call = client.call("evidence.verify", { grant: "g" }, { onProgress: ({ phase }) => seen.push(phase) });
  await expect(call).rejects.toMatchObject({ code: "done" });
  expect(seen).toEqual(phases);
});

test.each([
  ["an empty grant", { grant: "" }],
  ["an unknown key", { grant: "g", path: "/etc/passwd" }],
  ["a missing input", undefined],
  ["a wrong type", { grant: 7 }],
])("%s never reaches the handler", async (_what, input) => {
  let reached = false;
  const { client } = link({
    "evidence.import": () => {
      reached = true;
      return Promise.reject(new Error("reached"));
    },
  });
  const call = client.call("evidence.import", input as { grant: string });
  await expect(call).rejects.toMatchObject({ code: "invalid-input" });
  expect(reached).toBe(false);
});

test("an unknown operation, even an inherited name, is refused", async () => {
  const { client } = link({});
  await expect(client.call("toString" as OperationName, undefined as never)).rejects.toMatchObject({
    code: "unknown-operation",
  });
});

test.each([null, 7, "call", {}, { kind: "call" }, { kind: "call", id: 1.5, name: "home.read", input: undefined }])(
  "a message that is no call (%j) is dropped and the next call is answered",
  async (message) => {
    const { client, port1 } = link({ "timeline.locate": () => Promise.resolve(1) });
    port1.postMessage(message);
    expect(await client.call("timeline.locate", { resultId: 1, seq: 0 })).toBe(1);
  },
);

test("a problem keeps its code and details across the port", async () => {
  const { client } = link({
    "case.open": () =>
      Promise.reject(new Problem("machine", "case-locked", "the case is open elsewhere", { found: "42" })),
  });
  await expect(client.call("case.open", { grant: "g" })).rejects.toMatchObject({
    code: "case-locked",
    message: "the case is open elsewhere",
    details: { found: "42" },
  });
});

test("a broken invariant is told to its caller and then to the process", async () => {
  const { client, faults } = link({
    "case.close": () => {
      assert(isCaseOpen(), "a case is open");
      return Promise.reject(new Error("unreached"));
    },
  });
  await expect(client.call("case.close", undefined)).rejects.toMatchObject({ code: "internal" });
  expect(faults.map((fault) => fault.message)).toEqual(["a case is open"]);
});

test("cancelling rejects at once and aborts the handler's signal", async () => {
  const aborted = occasion();
  const { client } = link({
    "evidence.verify": (_input, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          aborted.happen();
          reject(new Error("stopped"));
        });
      }),
  });
  const controller = new AbortController();
  const call = client.call("evidence.verify", { grant: "g" }, { signal: controller.signal });
  controller.abort();
  await expect(call).rejects.toMatchObject({ name: "AbortError" });
  await aborted.happened;
});

test("a call with a signal that has already fired is never sent", async () => {
  let reached = false;
  const { client } = link({
    "timeline.gaps": () => {
      reached = true;
      return Promise.resolve([]);
    },
    "timeline.locate": () => Promise.resolve(null),
  });
  await expect(client.call("timeline.gaps", undefined, { signal: AbortSignal.abort() })).rejects.toThrow();
  await client.call("timeline.locate", { resultId: 1, seq: 0 });
  expect(reached).toBe(false);
});

test("when the worker goes away every pending and later call is told", async () => {
  const { client, port2 } = link({ "timeline.gaps": () => new Promise(() => {}) });
  const call = client.call("timeline.gaps", undefined);
  port2.close();
  await expect(call).rejects.toMatchObject({ code: "worker-gone" });
  await expect(client.call("timeline.gaps", undefined)).rejects.toMatchObject({ code: "worker-gone" });
});

test("when the window goes away its running work is stopped", async () => {
  const aborted = occasion();
  const started = occasion();
  const { client, port1 } = link({
    "timeline.gaps": (_input, { signal }) => {
      signal.addEventListener("abort", () => aborted.happen());
      started.happen();
      return new Promise(() => {});
    },
  });
  void client.call("timeline.gaps", undefined).catch(() => {});
  await started.happened;
  port1.close();
  await aborted.happened;
});

test("events reach the listeners until they unsubscribe", async () => {
  const { client, emit } = link({ "timeline.gaps": () => Promise.resolve([]) });
  const seen: number[] = [];
  const off = client.on("case.changed", ({ revision }) => seen.push(revision));
  emit("case.changed", { revision: 1 });
  await client.call("timeline.gaps", undefined);
  off();
  emit("case.changed", { revision: 2 });
  await client.call("timeline.gaps", undefined);
  expect(seen).toEqual([1]);
});
