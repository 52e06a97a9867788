import { basename } from "node:path";

import { Problem } from "../model/problem.ts";
import { assertRecipients } from "./encrypted-transport.ts";

/** Where a package will appear, in which form, and for whom it is hidden. */
export interface PackageTarget {
  /** A folder to be made, or a file that ends in ".zip" or, encrypted, in ".zip.age". */
  readonly out: string;
  readonly form: "folder" | "zip" | "encrypted";
  /** Of age; empty unless the package is encrypted. */
  readonly recipients: readonly string[];
  /** Folder or file name, never a path. */
  readonly label: string;
}

/** The target for a path. Throws `bad-extension` and `bad-recipient` (usage) before anything is written. */
export function packageTarget(out: string, recipients: readonly string[] = []): PackageTarget {
  const label = basename(out);
  if (recipients.length === 0 && !out.endsWith(".age")) {
    return { out, form: out.endsWith(".zip") ? "zip" : "folder", recipients, label };
  }
  assertRecipients(recipients);
  if (out.endsWith(".zip.age") && recipients.length > 0) return { out, form: "encrypted", recipients, label };
  const message = "an encrypted package expected recipients, and a name that ends in .zip.age";
  throw new Problem("usage", "bad-extension", message, { file: out });
}
