import { type CustodyAction } from "../model/custody-actions.ts";
import { type CustodyEntry } from "../model/custody.ts";
import { type CustodyPerson, type CustodyRegister } from "../model/custody-register.ts";
import { SESSION_OPENED } from "./custody-session.ts";

const KEY_ACT = /^key\./;
const EXPORTS: ReadonlySet<string> = new Set<CustodyAction>([
  "package.exported",
  "package.redacted",
  "events.exported",
  "custody.exported",
  "replay.exported",
  "verification.saved",
  "export.written",
]);

/** Sorts the entries of a journal by what they are about: who wrote them, keys, exports, exhibits. */
export function custodyRegister(entries: readonly CustodyEntry[], exhibits: readonly string[]): CustodyRegister {
  const counts = new Map(exhibits.map((id) => [id, 0]));
  for (const { object } of entries) {
    const count = object && counts.get(object.id);
    if (object !== undefined && count !== undefined) counts.set(object.id, count + 1);
  }
  return {
    people: peopleOf(entries),
    keyActs: entries.filter(({ action }) => KEY_ACT.test(action)),
    exports: entries.filter(({ action }) => EXPORTS.has(action)),
    exhibitEntries: Object.fromEntries(counts),
  };
}

/** In the order of their first entry. One name with two keys is two people until somebody compares them. */
function peopleOf(entries: readonly CustodyEntry[]): readonly CustodyPerson[] {
  const people = new Map<string, CustodyPerson>();
  for (const { actor, at, host, action } of entries) {
    const id = `${actor.key} ${actor.name}`;
    const known = people.get(id) ?? { ...actor, sessions: 0, entries: 0, firstAt: at, lastAt: at, hosts: [] };
    people.set(id, {
      ...known,
      sessions: known.sessions + (action === SESSION_OPENED ? 1 : 0),
      entries: known.entries + 1,
      lastAt: at,
      hosts: known.hosts.includes(host) ? known.hosts : [...known.hosts, host],
    });
  }
  return [...people.values()];
}
