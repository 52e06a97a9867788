import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** The folder of this user: examiner key, trust store, anchors, recent cases. */
export interface Home {
  readonly root: string;
  /** PKCS#8 PEM; the certificate lies beside it as `examiner.key.crt`. */
  readonly examinerKey: string;
  /** Every key that this user signed with: examiner-keys.json. */
  readonly keyRing: string;
  /** Folder of keys that no longer sign. */
  readonly retiredKeys: string;
  readonly trustStore: string;
  readonly anchors: string;
  readonly recentCases: string;
  /** Sums of the last self-test. */
  readonly selfTest: string;
}

/** The paths of a home folder; nothing is made. Without `root` it is ASSAY_HOME, else `assay` in the user's data folder. */
export function home(root: string = homeRoot(process.env)): Home {
  return {
    root,
    examinerKey: join(root, "examiner.key"),
    keyRing: join(root, "examiner-keys.json"),
    retiredKeys: join(root, "retired-keys"),
    trustStore: join(root, "trust.json"),
    anchors: join(root, "anchors.jsonl"),
    recentCases: join(root, "recent.json"),
    selfTest: join(root, "self-test.json"),
  };
}

/** ASSAY_HOME, else XDG_DATA_HOME/assay, else ~/.local/share/assay; as an absolute path. */
export function homeRoot(environment: Readonly<Record<string, string | undefined>>): string {
  const stated = environment["ASSAY_HOME"];
  if (stated) return resolve(environment["INIT_CWD"] ?? "", stated);
  const dataFolder = environment["XDG_DATA_HOME"];
  // XDG Base Directory: a relative path there is invalid and ignored.
  return join(dataFolder?.startsWith("/") ? dataFolder : join(homedir(), ".local", "share"), "assay");
}

/** The text of a file (UTF-8); undefined when there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes a file whole or not at all, readable by this user only; makes its folder (0700) when there is none. */
export async function replaceFile(path: string, data: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.new`;
  try {
    const handle = await open(temporary, "w", 0o600);
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
