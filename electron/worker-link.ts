import { randomUUID } from "node:crypto";

import { MessageChannelMain, utilityProcess, type UtilityProcess, type WebContents } from "electron";

import { type ChosenKind } from "../core/model/chosen-kind.ts";
import { RestartLimit } from "./crash.ts";
import { answerKeyStore } from "./key-store.ts";
import { WORKER_PORT_MESSAGE } from "./shell-contract.ts";
import { type FromWorkerProcess, type ToWorkerProcess, type WorkerSettings } from "./worker-messages.ts";

/** All that the case worker sees of the environment. */
const ENVIRONMENT = ["LANG", "PATH", "TZ", "HOME", "XDG_DATA_HOME", "ASSAY_HOME"];
/** How long an open case may take to be written and closed before the worker is ended. */
const CLOSE_TIMEOUT_MS = 10_000;

interface PendingGrant {
  readonly path: string;
  readonly settle: (kind: ChosenKind) => void;
}

/**
 * The main process's side of the case worker: starts it, starts it again when it dies, tells it what a grant stands for,
 * and joins it with the window. No evidence passes through here.
 */
export class WorkerLink {
  readonly #entry: string;
  readonly #settings: WorkerSettings;
  readonly #restarts = new RestartLimit();
  /** Paths that were handed over and not yet answered for. */
  readonly #pending = new Map<string, PendingGrant>();
  #process: UtilityProcess | null = null;
  #window: WebContents | null = null;
  #closing = false;

  constructor(entry: string, settings: WorkerSettings) {
    this.#entry = entry;
    this.#settings = settings;
  }

  /** Gives the window a port to the worker, and a new one whenever the worker was started again. */
  connect(window: WebContents): void {
    this.#window = window;
    const { port1, port2 } = new MessageChannelMain();
    this.#post({ kind: "port" }, [port1]);
    window.postMessage(WORKER_PORT_MESSAGE, null, [port2]);
  }

  /**
   * Hands a path to the worker; resolves with the id under which the window may name it once, and with what the worker
   * found there.
   */
  grant(path: string): Promise<{ readonly grant: string; readonly kind: ChosenKind }> {
    const grant = randomUUID();
    return new Promise((resolve) => {
      const settle = (kind: ChosenKind) => resolve({ grant, kind });
      this.#post({ kind: "grant", grant, path });
      this.#pending.set(grant, { path, settle });
    });
  }

  /** Lets the worker close its case, then ends it. */
  async close(): Promise<void> {
    this.#closing = true;
    const running = this.#process;
    if (!running) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => running.kill(), CLOSE_TIMEOUT_MS);
      running.once("exit", () => {
        clearTimeout(timer);
        resolve();
      });
      running.postMessage({ kind: "close" } satisfies ToWorkerProcess);
    });
  }

  #post(message: ToWorkerProcess, transfer: Electron.MessagePortMain[] = []): void {
    this.#process ??= this.#start();
    this.#process.postMessage(message, transfer);
  }

  #start(): UtilityProcess {
    const started = utilityProcess.fork(this.#entry, [], {
      serviceName: "assay-case-worker",
      stdio: "inherit",
      execArgv: [],
      env: pick(process.env, ENVIRONMENT),
    });
    started.on("message", (message: FromWorkerProcess) => {
      if (message.kind === "key-store") {
        started.postMessage(answerKeyStore(message) satisfies ToWorkerProcess);
        return;
      }
      this.#pending.get(message.grant)?.settle(message.chosen);
      this.#pending.delete(message.grant);
    });
    started.on("exit", (code) => this.#ended(code));
    started.postMessage({ kind: "start", settings: this.#settings } satisfies ToWorkerProcess);
    // What the worker before it took to its end is handed over again: somebody still waits for the answer.
    for (const [grant, { path }] of this.#pending) {
      started.postMessage({ kind: "grant", grant, path } satisfies ToWorkerProcess);
    }
    return started;
  }

  #ended(code: number): void {
    this.#process = null;
    if (this.#closing) return;
    console.error(`the case worker ended unexpectedly (exit code ${code})`);
    if (this.#window && !this.#window.isDestroyed() && this.#restarts.allows(Date.now())) this.connect(this.#window);
  }
}

function pick(environment: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
