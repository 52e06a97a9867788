import { Button, TextInput } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";

import { commands } from "../../commands.ts";
import { keyLabel, pressed } from "../../keys.ts";
import { bindKey, keysOf, useKeyBindings } from "../../state/key-bindings.ts";

const MODIFIERS = ["Shift", "Control", "Alt", "Meta"];

/** Every command can have another key. */
export function KeyBindings() {
  const bound = useKeyBindings((state) => state.bound);
  const [words, setWords] = useState("");
  const [waiting, setWaiting] = useState<string | null>(null);
  const wanted = commands.filter(({ title }) => title.toLowerCase().includes(words.trim().toLowerCase()));
  const listen = (event: KeyboardEvent) => {
    if (waiting === null || MODIFIERS.includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key !== "Escape") bindKey(waiting, pressed(event.nativeEvent));
    setWaiting(null);
  };
  return (
    <section className="panel" onKeyDownCapture={listen}>
      <div className="panel-head">
        <h2>Keys</h2>
        <span className="aside">{Object.keys(bound).length} changed</span>
      </div>
      <div className="panel-body column" style={{ gap: 8 }}>
        <TextInput
          aria-label="Commands with these words"
          placeholder="Commands with these words"
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <ul className="key-bindings" tabIndex={0} aria-label="Commands">
          {wanted.map((command) => (
            <li key={command.id} className="row">
              <span className="grow ellipsis size-12">{command.title}</span>
              {waiting === command.id ? (
                <span className="text-2 size-12" role="status">
                  press a key, Escape leaves it
                </span>
              ) : (
                keysOf(command).map((key) => <kbd key={key}>{keyLabel(key)}</kbd>)
              )}
              <Button
                variant="subtle"
                aria-label={`Change the key of ${command.title}`}
                onClick={() => setWaiting(command.id)}
              >
                Change
              </Button>
              {bound[command.id] && (
                <Button
                  variant="subtle"
                  aria-label={`As at first: ${command.title}`}
                  onClick={() => bindKey(command.id, null)}
                >
                  As at first
                </Button>
              )}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
