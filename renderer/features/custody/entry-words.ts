import { type CustodyEntry, type CustodyValue } from "../../../core/model/custody.ts";

/** Values of a list that a row names. */
const LISTED = 3;
/** The number by which an act is undone says nothing of what it was about. */
const UNDO_NUMBER = "act";

/** What an entry is about, in one line: its object, or what the act was given where it has none. Keys of a session name nothing. */
export function aboutEntry({ action, object, params }: Pick<CustodyEntry, "action" | "object" | "params">): string {
  if (action === "session.opened") return "";
  if (object) return [object.id, object.label].filter((part) => part !== undefined).join(" ");
  return Object.entries(params ?? {})
    .flatMap(([name, value]) => {
      const words = valueWords(value);
      return words === "" || name === UNDO_NUMBER ? [] : [`${name} ${words}`];
    })
    .join(", ");
}

/** A plain value or a short list of them; nothing for what only the whole entry can show. */
function valueWords(value: CustodyValue): string {
  if (!isList(value)) return typeof value === "object" ? "" : String(value);
  const plain = value.filter((item) => typeof item !== "object").slice(0, LISTED);
  return (value.length > plain.length ? [...plain, `… (${value.length})`] : plain).join(" ");
}

function isList(value: CustodyValue): value is readonly CustodyValue[] {
  return Array.isArray(value);
}
