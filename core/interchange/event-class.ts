/** What kind of act the name of an action tells of. */
export type EventClass = "authentication" | "create" | "read" | "update" | "delete" | "other";

const AUTHENTICATION = /\b(log(ged)? ?(in|on)|sign(ed)? ?in|session start|authenticat\w*)\b/;
/** What begins so manages what one signs in with, as in CreateLoginProfile. */
const MANAGEMENT = /^(add|create|delete|describe|disable|enable|get|list|modify|put|remove|set|update)\b/;
/** First word of the action's last part, in any spelling: CreateAccessKey, api_key.create, storage.objects.get. */
const VERBS: readonly (readonly [EventClass, RegExp])[] = [
  ["create", /^(create|add|put|insert|register|generate|issue|invite|run|start|upload|import)/i],
  ["read", /^(get|list|describe|read|head|view|lookup|search|query|select|download|export|fetch|access)/i],
  ["update", /^(update|modify|set|change|edit|patch|attach|detach|enable|disable|rotate|grant|revoke|stop|tag|untag)/i],
  ["delete", /^(delete|remove|destroy|terminate|deregister|purge|drop|archive)/i],
];

/**
 * A reading of an action's name for formats that demand a class of act; "other" when the name tells nothing. It is a hint
 * for searching, never evidence: the record itself travels beside it.
 */
export function classOf(action: string | null): EventClass {
  if (action === null) return "other";
  const spelt = wordsOf(action);
  if (AUTHENTICATION.test(spelt) && !MANAGEMENT.test(spelt)) return "authentication";
  const words = action.split(/[^A-Za-z]+/).filter((word) => word !== "");
  for (const word of words.toReversed()) {
    const found = VERBS.find(([, pattern]) => pattern.test(word));
    if (found) return found[0];
  }
  return "other";
}

/** "console login" of ConsoleLogin, "user session start" of user.session.start. */
function wordsOf(action: string): string {
  return action
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .replace(/[^A-Za-z0-9]+/g, " ")
    .trim()
    .toLowerCase();
}
