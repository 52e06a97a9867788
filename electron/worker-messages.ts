/** What the main process tells the case worker over its parent port; `port` carries one MessagePort to a window. */
export type ToWorkerProcess =
  | { readonly kind: "start"; readonly settings: WorkerSettings }
  | { readonly kind: "grant"; readonly grant: string; readonly path: string }
  | { readonly kind: "port" }
  | { readonly kind: "close" };

/** What the case worker answers: a grant is known there before the window hears of it. */
export interface FromWorkerProcess {
  readonly kind: "granted";
  readonly grant: string;
}

export interface WorkerSettings {
  readonly version: string;
  /** SHA-256 of the running build, or "development". */
  readonly build: string;
  readonly sampleDirectory: string;
}
