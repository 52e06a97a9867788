import { userInfo } from "node:os";

import { createExaminerKey, examinerKeyState, loadExaminerKey, type ExaminerKey } from "../casefile/examiner-key.ts";
import { Problem } from "../model/problem.ts";
import { type ExaminerState } from "./contract.ts";

/** The examiner's key of this user: made, unlocked and kept in this process's memory only. */
export class ExaminerDesk {
  readonly #file: string;
  #key: ExaminerKey | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  async state(): Promise<ExaminerState> {
    const known = await examinerKeyState(this.#file);
    if (known.state === "absent") return { state: "absent", name: "", fingerprint: "" };
    const { name, fingerprint } = known;
    return { state: known.state === "locked" && !this.#key ? "locked" : "ready", name, fingerprint };
  }

  async create(name: string, passphrase: string | null): Promise<void> {
    this.#key = await createExaminerKey(name, this.#file, passphrase ?? undefined);
  }

  async unlock(passphrase: string): Promise<void> {
    this.#key = await loadExaminerKey(this.#file, passphrase);
  }

  /**
   * The key as it can be used without asking anybody: null while it is locked. A user who has none gets one without a
   * passphrase; `made` then says so, for the journal.
   */
  async usable(): Promise<{ readonly key: ExaminerKey | null; readonly made: boolean }> {
    if (this.#key) return { key: this.#key, made: false };
    const { state } = await examinerKeyState(this.#file);
    if (state === "locked") return { key: null, made: false };
    this.#key =
      state === "absent" ? await createExaminerKey(userInfo().username, this.#file) : await loadExaminerKey(this.#file);
    return { key: this.#key, made: state === "absent" };
  }

  /** The unlocked key. Throws `examiner-key-locked` (usage). */
  async signer(): Promise<ExaminerKey> {
    const { key } = await this.usable();
    if (key) return key;
    throw new Problem(
      "usage",
      "examiner-key-locked",
      "signing: the examiner key is locked; unlock it with its passphrase",
    );
  }
}
