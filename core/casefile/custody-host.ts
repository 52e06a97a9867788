import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";

/** Hex digits kept: enough to tell machines apart, useless for finding one. */
const HOST_ID_DIGITS = 16;

/** Names this machine without telling who it is: shortened SHA-256 of its machine id, or of its host name without one. */
export async function hostId(): Promise<string> {
  const identifier = await readFile("/etc/machine-id", "utf8").catch(() => hostname());
  return createHash("sha256").update(identifier.trim()).digest("hex").slice(0, HOST_ID_DIGITS);
}
