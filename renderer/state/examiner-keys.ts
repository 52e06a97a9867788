import { create } from "zustand";

import { type ExaminerKeys } from "../../core/model/examiner-keys.ts";
import { ask } from "../case-client.ts";
import { refreshCase, tookHome } from "./acts.ts";
import { useSession } from "./session.ts";

interface ExaminerKeysStore {
  /** Null until they were read. */
  readonly keys: ExaminerKeys | null;
  /** What is asked about a key; null while nothing is. */
  readonly question: "rotate" | "import" | "passphrase" | { readonly lost: string } | null;
}

/** The keys of the examiner, and what is done with them. */
export const useExaminerKeys = create<ExaminerKeysStore>(() => ({ keys: null, question: null }));

/** Reads the keys anew. Throws as `keys.list`. */
export async function readExaminerKeys(): Promise<void> {
  useExaminerKeys.setState({ keys: await ask("keys.list", undefined) });
}

/** Takes what became of the keys, and shows everything that depends on which of them signs. */
export async function tookExaminerKeys(keys: ExaminerKeys): Promise<void> {
  useExaminerKeys.setState({ keys, question: null });
  tookHome(await ask("home.read", undefined));
  if (useSession.getState().caseState) await refreshCase();
}
