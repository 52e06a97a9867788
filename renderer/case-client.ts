import { connect, type CallOptions, type Client } from "../core/api/client.ts";
import { type Events, type InputOf, type OperationName, type OutputOf } from "../core/api/contract.ts";
import { ApiError, type Failure } from "../core/api/failure.ts";
import { type Port } from "../core/api/port.ts";
import { type Bridge, WORKER_PORT_MESSAGE } from "../electron/shell-contract.ts";
import { asked, answered } from "./state/activity.ts";

declare global {
  interface Window {
    /** Put there by the preload script. */
    readonly assay: Bridge;
  }
}

/** The shell's few verbs. */
export const shell: Bridge = window.assay;

let connection: Connection | undefined;
let waiting: ((client: Client) => void)[] = [];
/** Each lets a new worker be heard. */
const listeners: ((client: Client) => void)[] = [];

interface Connection {
  readonly client: Client;
  /** Ends it: what was asked and not answered fails as `worker-gone`. */
  lose(): void;
}

function connectTo(port: MessagePort, onClose: () => void): Connection {
  let ended: (() => void) | undefined;
  const lose = () => {
    ended?.();
    ended = undefined;
  };
  const adapted: Port = {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.addEventListener("message", (event) => listener(event.data));
      port.start();
    },
    onClose: (listener) => {
      ended = listener;
    },
  };
  port.addEventListener("close", () => {
    lose();
    onClose();
  });
  return { client: connect(adapted), lose };
}

/** Takes every port to the case worker that the preload script hands over, and tells when one opens or dies. */
export function followWorker(onOpen: () => void, onGone: () => void): void {
  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    const port = event.ports[0];
    if (event.source !== window || !port || !isPortMessage(event.data)) return;
    // A new port means a new worker; the one before may have died without a word.
    connection?.lose();
    const opened = connectTo(port, () => {
      if (connection !== opened) return;
      connection = undefined;
      onGone();
    });
    connection = opened;
    for (const listen of listeners) listen(opened.client);
    for (const resolve of waiting) resolve(opened.client);
    waiting = [];
    onOpen();
  });
  shell.requestWorkerPort();
}

/** Whether there is a worker to ask. */
export function isConnected(): boolean {
  return connection !== undefined;
}

function isPortMessage(data: unknown): boolean {
  return typeof data === "object" && data !== null && "type" in data && data.type === WORKER_PORT_MESSAGE;
}

/** Asks the case worker; waits for it while it is starting. */
export async function ask<N extends OperationName>(
  name: N,
  input: InputOf<N>,
  options: CallOptions<N> = {},
): Promise<OutputOf<N>> {
  asked();
  try {
    return await (connection?.client ?? (await arrival())).call(name, input, options);
  } finally {
    answered();
  }
}

function arrival(): Promise<Client> {
  return new Promise((resolve) => waiting.push(resolve));
}

/** Hears what the worker pushes, across restarts of the worker. */
export function hear<E extends keyof Events>(name: E, listener: (value: Events[E]) => void): void {
  const listen = (client: Client): void => void client.on(name, listener);
  listeners.push(listen);
  if (connection) listen(connection.client);
}

/** What went wrong, in the form every screen shows. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ApiError) return error.failure;
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}

/** Whether an answer is missing only because nobody waits for it any more. */
export function isCancelled(error: unknown): boolean {
  return (
    (error instanceof DOMException && error.name === "AbortError") ||
    (error instanceof ApiError && error.code === "cancelled")
  );
}
