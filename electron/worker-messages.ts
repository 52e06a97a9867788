import { type ChosenKind } from "../core/model/chosen-kind.ts";

/** What the main process tells the case worker over its parent port; `port` carries one MessagePort to a window. */
export type ToWorkerProcess =
  | { readonly kind: "start"; readonly settings: WorkerSettings }
  | { readonly kind: "grant"; readonly grant: string; readonly path: string }
  | { readonly kind: "port" }
  | { readonly kind: "close" }
  | KeyStoreAnswer;

/** What the case worker says: that a grant is known there, before the window hears of it, or what it asks of the key store. */
export type FromWorkerProcess =
  { readonly kind: "granted"; readonly grant: string; readonly chosen: ChosenKind } | KeyStoreQuestion;

/** Only the main process reaches the computer's key store (safeStorage). Bytes are in base64. */
export interface KeyStoreQuestion {
  readonly kind: "key-store";
  readonly id: number;
  readonly ask: "describe" | "wrap" | "unwrap";
  readonly data: string;
}

export interface KeyStoreAnswer {
  readonly kind: "key-store";
  readonly id: number;
  readonly backend: string;
  readonly available: boolean;
  /** Empty when nothing was asked to be wrapped, or it failed. */
  readonly data: string;
}

export interface WorkerSettings {
  readonly version: string;
  /** SHA-256 of the running build, or "development". */
  readonly build: string;
  readonly sampleDirectory: string;
}
