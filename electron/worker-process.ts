// Entry of the case worker: the process that holds core, the database and the keys. It sees paths only as grants that the
// main process announced, and serves each window over a port of its own.
import { type MessageEvent, type MessagePortMain } from "electron";

import { kindOfChosen } from "../core/api/chosen-path.ts";
import { type Application, createHandlers } from "../core/api/handlers.ts";
import { type Port } from "../core/api/port.ts";
import { serve } from "../core/api/server.ts";
import { home } from "../core/casefile/home.ts";
import { type AssertionError, present } from "../core/model/assert.ts";
import { linkedKeyStore } from "./worker-key-store.ts";
import { type FromWorkerProcess, type ToWorkerProcess, type WorkerSettings } from "./worker-messages.ts";

/** Grants that a window was given and never used; far more than anyone can choose by hand. */
const MOST_OPEN_GRANTS = 10_000;

const grants = new Map<string, { path: string }>();
let application: Application | undefined;
const keyStore = linkedKeyStore((question) => process.parentPort.postMessage(question satisfies FromWorkerProcess));

process.parentPort.on("message", ({ data, ports }: MessageEvent) => {
  // The parent is our own main process, so its messages are taken at their type.
  const message = data as ToWorkerProcess;
  switch (message.kind) {
    case "start":
      application = startApplication(message.settings);
      return;
    case "grant":
      void keepGrant(message.grant, message.path);
      return;
    case "key-store":
      keyStore.take(message);
      return;
    case "port":
      serveWindow(started(), present(ports[0], "a port message carries a port"));
      return;
    case "close":
      void started()
        .close()
        .finally(() => process.exit());
      return;
  }
});

function startApplication({ version, build, sampleDirectory }: WorkerSettings): Application {
  return createHandlers({
    resolveGrant: takeGrant,
    home: home().root,
    version,
    build,
    sampleDirectory,
    keyStore: keyStore.store,
  });
}

const started = () => present(application, "the worker is started before it is asked anything");

async function keepGrant(grant: string, path: string): Promise<void> {
  const oldest = grants.keys().next();
  if (grants.size >= MOST_OPEN_GRANTS && !oldest.done) grants.delete(oldest.value);
  grants.set(grant, { path });
  const chosen = await kindOfChosen(path);
  process.parentPort.postMessage({ kind: "granted", grant, chosen } satisfies FromWorkerProcess);
}

/** A grant stands for its path once. */
function takeGrant(grant: string): { path: string } | undefined {
  const granted = grants.get(grant);
  grants.delete(grant);
  return granted;
}

function serveWindow(served: Application, channel: MessagePortMain): void {
  const port = adapt(channel);
  port.onClose(served.subscribe(serve(port, served.handlers, endOnFault)));
  channel.start();
}

/** A broken invariant: what this process believes about the case may be wrong, so it ends and is started anew. */
function endOnFault(fault: AssertionError): void {
  console.error(fault);
  setImmediate(() => process.exit(70));
}

function adapt(channel: MessagePortMain): Port {
  return {
    post: (message) => channel.postMessage(message),
    onMessage: (listener) => void channel.on("message", ({ data }) => listener(data)),
    onClose: (listener) => void channel.on("close", listener),
  };
}
