import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";

import { type Command } from "commander";

import { caseFolder, holdsCase } from "../casefile/case-folder.ts";
import { createSession, openSession, type CaseSession } from "../casefile/case-session.ts";
import {
  assertInForce,
  examinerKeyState,
  generateExaminerKey,
  loadExaminerKey,
  type ExaminerKey,
} from "../casefile/examiner-key.ts";
import { adoptExaminerKey } from "../casefile/examiner-key-ring.ts";
import { home } from "../casefile/home.ts";
import { Problem } from "../model/problem.ts";
import { textOption, type CommandIo } from "./command.ts";
import { PROGRAM } from "./program.ts";

type Options = Readonly<Record<string, unknown>>;

/** Adds the options of every command that writes a case or signs. */
export function withExaminer(command: Command): Command {
  return command
    .requiredOption("--case <folder>", "the case")
    .option("--key <file>", "the examiner's key (default: examiner.key in the user's folder, made when there is none)")
    .option("--passphrase-file <file>", "file that holds the key's passphrase");
}

/** The examiner's key, unlocked and ready to sign. Throws `passphrase-missing`, `passphrase-wrong` and `no-examiner-key`. */
async function examinerKey(
  io: CommandIo,
  options: Options,
  known?: string,
): Promise<{ key: ExaminerKey; made: boolean }> {
  const stated = textOption(options["key"]);
  const file = stated === undefined ? home().examinerKey : io.path(stated);
  const passphrase = known ?? (await readPassphrase(io, options));
  if (stated === undefined && (await examinerKeyState(file)).state === "absent") {
    const key = await adoptExaminerKey(home(), await generateExaminerKey(userInfo().username), "created", passphrase);
    io.say(`made an examiner key without a passphrase: ${file}\ncertificate fingerprint (SHA-256): ${key.fingerprint}`);
    return { key, made: true };
  }
  return { key: await loadExaminerKey(file, passphrase), made: false };
}

/** The same, to sign what others verify. Throws also `certificate-not-in-force` (usage). */
export async function examinerSigner(io: CommandIo, options: Options): Promise<ExaminerKey> {
  const { key } = await examinerKey(io, options);
  assertInForce(key);
  return key;
}

/** A session of a command, and whether its case was made for it. */
export interface CommandSession extends CaseSession {
  readonly created: boolean;
}

/**
 * Opens the case for a command that changes it. A key that stays locked leaves the session unendorsed, and that is
 * said. With `create`, a folder that holds no case becomes one.
 */
export async function openCaseForWork(
  io: CommandIo,
  options: Options,
  how: { readonly create: boolean; readonly passphrase?: string | undefined } = { create: false },
): Promise<CommandSession> {
  const { root } = caseFolder(io.path(textOption(options["case"]) ?? ""));
  const created = how.create && !(await holdsCase(root));
  const unlocked = await examinerKey(io, options, how.passphrase).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.code !== "passphrase-missing") throw error;
    io.say("the examiner key is locked: this session is not endorsed (give --passphrase-file)");
    return null;
  });
  const session = await (created ? createSession : openSession)(root, {
    endorser: unlocked?.key ?? null,
    actorName: userInfo().username,
    app: PROGRAM,
  });
  if (session.custody.found.verdict === "altered") {
    io.say(
      "the custody journal was altered before this session, which records that; assay custody --verify says where",
    );
  }
  if (unlocked?.made) {
    const object = { id: "examiner", sha256: unlocked.key.fingerprint };
    await session.custody.append({ action: "key.created", object });
  }
  return { ...session, created };
}

/** The passphrase in the file of `--passphrase-file`, or of another option; undefined when none is given. */
export async function readPassphrase(
  io: CommandIo,
  options: Options,
  name = "passphraseFile",
): Promise<string | undefined> {
  const file = textOption(options[name]);
  if (file === undefined) return undefined;
  return (await readFile(io.path(file), "utf8")).replace(/\r?\n$/, "");
}
