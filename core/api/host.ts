import { type KeyStore } from "../casefile/key-store.ts";

/** What the process around core gives it: the user's folder, the grants its windows were given, and which build runs. */
export interface WorkerHost {
  /** The path behind a grant, once. */
  resolveGrant(grant: string): { readonly path: string } | undefined;
  /** The user's folder (ASSAY_HOME). */
  readonly home: string;
  readonly version: string;
  /** SHA-256 of the running build, or "development". */
  readonly build: string;
  /** Where the shipped sample lies. */
  readonly sampleDirectory: string;
  /** The key store of the computer, a second wrap around the examiner's key. */
  readonly keyStore: KeyStore;
}
