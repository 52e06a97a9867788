import { type CustodyEntry } from "../model/custody.ts";

/** The entries that have every word of a text somewhere in what they say, in any case; none is left out for no words. */
export function searchEntries(entries: readonly CustodyEntry[], text: string): readonly CustodyEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const said = textOf(entry);
    return words.every((word) => said.includes(word));
  });
}

/** What a person reads of an entry: not the chain, nor the machine and program that wrote it. */
function textOf({ seq, at, actor, action, object, purpose, params, result, note }: CustodyEntry): string {
  return JSON.stringify([seq, at, actor.name, action, object, purpose, params, result, note]).toLowerCase();
}
