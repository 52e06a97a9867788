/**
 * The key store of a computer (Keychain, DPAPI, libsecret) as a second wrap around the examiner's key file: what is copied
 * from the disk then opens on this computer and for this user only. It never replaces the passphrase, and never stands in for
 * one: where the platform has none, nothing is wrapped.
 *
 * A wrapped file is PEM labelled ASSAY WRAPPED PRIVATE KEY; its content is what the key store made of the PEM inside.
 */
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.ts";
import { Problem } from "../model/problem.ts";
import { formatPem, parsePem } from "../signing/pem.ts";

/** What the platform offers. */
export interface KeyStoreState {
  /** Its name in the platform's words, such as "gnome_libsecret" or "basic_text"; "none" where there is none. */
  readonly backend: string;
  readonly available: boolean;
  /** Why it is not available; empty when it is. */
  readonly reason: string;
}

export interface KeyStore {
  describe(): Promise<KeyStoreState>;
  /** Both throw `key-store-unavailable` (machine). */
  wrap(data: Uint8Array): Promise<Uint8Array>;
  unwrap(data: Uint8Array): Promise<Uint8Array>;
}

const LABEL = "ASSAY WRAPPED PRIVATE KEY";

/** Of programs without a window: they cannot ask for it. */
export const NO_KEY_STORE: KeyStore = {
  describe: () =>
    Promise.resolve({ backend: "none", available: false, reason: "only the application can use the key store" }),
  wrap: () => Promise.reject(unavailable()),
  unwrap: () => Promise.reject(unavailable()),
};

/** Whether a key file is wrapped. */
export function isWrapped(pem: string): boolean {
  return pem.includes(`-----BEGIN ${LABEL}-----`);
}

/** A private key in PEM, wrapped. */
export async function wrapPem(store: KeyStore, pem: string): Promise<string> {
  return formatPem(LABEL, await store.wrap(encodeUtf8(pem)));
}

/** The PEM inside a wrapped file; a file that is not wrapped as it is. Throws `key-store-unavailable` and `pem-malformed`. */
export async function unwrapPem(store: KeyStore, pem: string): Promise<string> {
  if (!isWrapped(pem)) return pem;
  const text = decodeUtf8(await store.unwrap(parsePem(pem).der));
  if (text !== undefined) return text;
  throw unavailable();
}

function unavailable(): Problem {
  const message =
    "the examiner key is wrapped by the key store of the computer it was kept on; open it in the application there, " +
    "or take the wrap off in its settings";
  return new Problem("machine", "key-store-unavailable", message);
}
