import { userInfo } from "node:os";

import {
  assertInForce,
  examinerKeyState,
  generateExaminerKey,
  loadExaminerKey,
  type ExaminerKey,
  type NewExaminerKey,
} from "../casefile/examiner-key.ts";
import {
  adoptExaminerKey,
  reportExaminerKey,
  rotateExaminerKey,
  type KeyReport,
  type Succession,
} from "../casefile/examiner-key-ring.ts";
import { type Home } from "../casefile/home.ts";
import { type KeyStore } from "../casefile/key-store.ts";
import { Problem } from "../model/problem.ts";
import { type KeyRotation } from "../signing/certificate-rotation.ts";
import { type ExaminerState } from "./contract.ts";

/** The examiner's key of this user: made, unlocked and kept in this process's memory only. */
export class ExaminerDesk {
  readonly store: KeyStore;
  readonly #home: Home;
  #key: ExaminerKey | null = null;

  constructor(home: Home, store: KeyStore) {
    this.#home = home;
    this.store = store;
  }

  async state(): Promise<ExaminerState> {
    const known = await this.#known();
    if (known.state === "absent") return { state: "absent", name: "", fingerprint: "", onToken: false };
    const { name, fingerprint, onToken } = known;
    return { state: known.state === "locked" && !this.#key ? "locked" : "ready", name, fingerprint, onToken };
  }

  async create(name: string, passphrase: string | null): Promise<void> {
    const key = await generateExaminerKey(name);
    this.#key = await adoptExaminerKey(this.#home, key, "created", passphrase ?? undefined);
  }

  async adopt(key: NewExaminerKey, passphrase: string | null): Promise<ExaminerKey> {
    this.#key = await adoptExaminerKey(this.#home, key, "imported", passphrase ?? undefined);
    return this.#key;
  }

  /** Lets another key take the place of the current one, also of one that expired. Throws `examiner-key-locked` and as `rotateExaminerKey`. */
  async rotate(succession: Succession): Promise<KeyRotation> {
    const { key, rotation } = await rotateExaminerKey(this.#home, await this.#unlocked(), succession);
    this.#key = key;
    return rotation;
  }

  /** Retires a key; when it was the current one, none is left that signs. */
  async report(report: KeyReport): Promise<void> {
    await reportExaminerKey(this.#home, report);
    if (this.#key?.fingerprint === report.fingerprint) this.#key = null;
  }

  async unlock(passphrase: string): Promise<void> {
    this.#key = await loadExaminerKey(this.#home.examinerKey, passphrase, this.store);
  }

  /**
   * The key as it can be used without asking anybody: null while it is locked. A user who has none gets one without a
   * passphrase; `made` then says so, for the journal.
   */
  async usable(): Promise<{ readonly key: ExaminerKey | null; readonly made: boolean }> {
    if (this.#key) return { key: this.#key, made: false };
    const { state } = await this.#known();
    if (state === "locked") return { key: null, made: false };
    if (state === "absent") await this.create(userInfo().username, null);
    else this.#key = await loadExaminerKey(this.#home.examinerKey, undefined, this.store);
    return { key: this.#key, made: state === "absent" };
  }

  /** The unlocked key, to sign what others verify. Throws `examiner-key-locked`, `certificate-not-in-force` (usage). */
  async signer(): Promise<ExaminerKey> {
    const key = await this.#unlocked();
    assertInForce(key);
    return key;
  }

  async #unlocked(): Promise<ExaminerKey> {
    const { key } = await this.usable();
    if (key) return key;
    throw new Problem(
      "usage",
      "examiner-key-locked",
      "signing: the examiner key is locked; unlock it with its passphrase",
    );
  }

  #known(): ReturnType<typeof examinerKeyState> {
    return examinerKeyState(this.#home.examinerKey, this.store);
  }
}
