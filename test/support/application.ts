import { MessageChannel, type MessagePort } from "node:worker_threads";

import { connect, type Client } from "../../core/api/client.ts";
import { createHandlers } from "../../core/api/handlers.ts";
import { type Port } from "../../core/api/port.ts";
import { serve } from "../../core/api/server.ts";
import { NO_KEY_STORE, type KeyStore } from "../../core/casefile/key-store.ts";

/** The application as its worker serves it, and a window's client of it. */
export interface TestApplication {
  readonly client: Client;
  /** What a dialog would do: a grant that stands for a path once. */
  readonly grant: (path: string) => string;
  readonly close: () => Promise<void>;
}

export interface TestApplicationOptions {
  readonly sampleDirectory?: string;
  readonly keyStore?: KeyStore;
}

/** Starts an application on a home of its own, and connects to it over a port. */
export function startApplication(
  home: string,
  { sampleDirectory = "", keyStore = NO_KEY_STORE }: TestApplicationOptions = {},
): TestApplication {
  const grants = new Map<string, string>();
  let granted = 0;
  const application = createHandlers({
    resolveGrant: (id) => {
      const path = grants.get(id);
      grants.delete(id);
      return path === undefined ? undefined : { path };
    },
    home,
    version: "0.0.0-test",
    build: "development",
    sampleDirectory,
    keyStore,
  });
  const { port1, port2 } = new MessageChannel();
  const emit = serve(adapt(port2), application.handlers, (fault) => {
    throw fault;
  });
  application.subscribe(emit);
  return {
    client: connect(adapt(port1)),
    grant(path) {
      granted += 1;
      const id = `grant-${granted}`;
      grants.set(id, path);
      return id;
    },
    close: () => application.close(),
  };
}

function adapt(port: MessagePort): Port {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on("message", listener),
    onClose: (listener) => void port.on("close", listener),
  };
}
