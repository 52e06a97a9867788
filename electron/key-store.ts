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
  if (!available || ask === "describe") return { ...answer, data: "" };
  const bytes = Buffer.from(data, "base64");
  const made =
    ask === "wrap" ? safeStorage.encryptString(data) : Buffer.from(safeStorage.decryptString(bytes), "base64");
  return { ...answer, data: made.toString("base64") };
}

/** Only Linux tells which of several it is. */
function backendName(): string {
  if (process.platform === "linux") return safeStorage.getSelectedStorageBackend();
  return process.platform === "darwin" ? "keychain" : "dpapi";
}
