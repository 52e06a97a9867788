import { platformHash } from "../bundle/platform-crypto.ts";
import { formatHex } from "../encoding/bytes.ts";

/** SHA-256 by the platform, lower-case hex. */
export function hexDigest(bytes: Uint8Array): string {
  return formatHex(platformHash(bytes));
}
