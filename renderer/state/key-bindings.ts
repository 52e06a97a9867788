import { create } from "zustand";
import { z } from "zod";

import { type Command } from "../command.ts";
import { readStored, writeStored } from "./stored.ts";

const KEY = "key-bindings";

/** Keys that a person gave to commands in place of those of the table, by command id. */
export const useKeyBindings = create<{ readonly bound: Readonly<Record<string, readonly string[]>> }>(() => ({
  bound: readStored(KEY, z.record(z.string(), z.array(z.string())), {}),
}));

/** The keys of a command as they are bound now. */
export function keysOf(command: Command): readonly string[] {
  return useKeyBindings.getState().bound[command.id] ?? command.keys;
}

/** Gives a command another key; null gives it back those of the table. */
export function bindKey(id: string, key: string | null): void {
  useKeyBindings.setState(({ bound }) => {
    const rest = Object.fromEntries(Object.entries(bound).filter(([known]) => known !== id));
    return { bound: key === null ? rest : { ...rest, [id]: [key] } };
  });
  writeStored(KEY, useKeyBindings.getState().bound);
}
