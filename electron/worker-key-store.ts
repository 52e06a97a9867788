// The case worker's side of the computer's key store: it asks the main process, which alone can reach it.
import { type KeyStore } from "../core/casefile/key-store.ts";
import { Problem } from "../core/model/problem.ts";
import { type KeyStoreAnswer, type KeyStoreQuestion } from "./worker-messages.ts";

/** A key store whose questions go out by `ask`; `take` is given the answers that come back. */
export function linkedKeyStore(ask: (question: KeyStoreQuestion) => void): {
  readonly store: KeyStore;
  readonly take: (answer: KeyStoreAnswer) => void;
} {
  const waiting = new Map<number, (answer: KeyStoreAnswer) => void>();
  let last = 0;
  const question = (what: KeyStoreQuestion["ask"], data = ""): Promise<KeyStoreAnswer> =>
    new Promise((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      ask({ kind: "key-store", id: last, ask: what, data });
    });
  const transform = async (what: "wrap" | "unwrap", data: Uint8Array): Promise<Uint8Array> => {
    const answer = await question(what, Buffer.from(data).toString("base64"));
    if (answer.available && answer.data !== "") return Buffer.from(answer.data, "base64");
    const message = `the key store of this computer (${answer.backend}) cannot ${what} the examiner key`;
    throw new Problem("machine", "key-store-unavailable", message);
  };
  return {
    store: {
      describe: async () => {
        const { backend, available } = await question("describe");
        return { backend, available, reason: available ? "" : `this computer offers none that protects (${backend})` };
      },
      wrap: (data) => transform("wrap", data),
      unwrap: (data) => transform("unwrap", data),
    },
    take: (answer) => {
      waiting.get(answer.id)?.(answer);
      waiting.delete(answer.id);
    },
  };
}
