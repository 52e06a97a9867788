/** Salt in records, without which a withheld one could be guessed from its digest. */
import { type JsonValue } from "../encoding/strict-json.ts";

/** The member that holds it. */
export const SALT_MEMBER = "salt";
/** 128 bits in base64url. */
export const MIN_SALT_CHARACTERS = 22;

/** Whether the value of the member is long enough. */
export function isSalt(value: JsonValue | undefined): boolean {
  return typeof value === "string" && value.length >= MIN_SALT_CHARACTERS;
}
