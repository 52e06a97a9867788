import { safeStorage } from "electron";

import { type KeyStoreAnswer, type KeyStoreQuestion } from "./worker-messages.ts";

/**
 * Answers the case worker from the computer's key store. Where the platform's is "basic_text" – a fixed password, which protects
 * nothing – it counts as none, and setUsePlainTextEncryption is never called.
 */
export function answerKeyStore({ id, ask, data }: KeyStoreQuestion): KeyStoreAnswer {
  const backend = backendName();
  const available = backend !== "basic_text" && safeStorage.isEncryptionAvailable();
  const answer = { kind: "key-store" as const, id, backend, available };
  return { ...answer, data: available && ask !== "describe" ? transformed(ask, data) : "" };
}

function transformed(ask: "wrap" | "unwrap", data: string): string {
  try {
    if (ask === "wrap") return safeStorage.encryptString(data).toString("base64");
    return safeStorage.decryptString(Buffer.from(data, "base64"));
  } catch {
    // Wrapped elsewhere, or the user refused the store its password: the worker says that it cannot.
    return "";
  }
}

/** Only Linux tells which of several it is. */
function backendName(): string {
  if (process.platform === "linux") return safeStorage.getSelectedStorageBackend();
  return process.platform === "darwin" ? "keychain" : "dpapi";
}
