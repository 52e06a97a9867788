import { Button, PasswordInput } from "@mantine/core";
import { type ReactNode, useState } from "react";

import { type Failure } from "../../../core/api/failure.ts";
import { type ExaminerKeys } from "../../../core/model/examiner-keys.ts";
import { failureOf } from "../../case-client.ts";
import { tookExaminerKeys } from "../../state/examiner-keys.ts";
import { FailureNote } from "../../ui/states.tsx";

interface KeyFormProps {
  readonly submit: string;
  readonly ready: boolean;
  readonly act: () => Promise<ExaminerKeys>;
  readonly children: ReactNode;
}

/** A form whose act changes the keys; a failure stays beside what was entered. */
export function KeyForm({ submit, ready, act, children }: KeyFormProps) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [working, setWorking] = useState(false);
  const run = async () => {
    setWorking(true);
    try {
      await tookExaminerKeys(await act());
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setWorking(false);
    }
  };
  return (
    <form
      className="column"
      style={{ gap: 12 }}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !working) void run();
      }}
    >
      {children}
      {failure && <FailureNote failure={failure} />}
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button variant="filled" type="submit" disabled={!ready || working}>
          {submit}
        </Button>
      </div>
    </form>
  );
}

/** A passphrase as it was entered, twice: a slip of the hand would lock the key for good. */
export interface PassphraseChoice {
  readonly text: string;
  readonly again: string;
}

export const NO_PASSPHRASE: PassphraseChoice = { text: "", again: "" };

/** Whether both entries are the same; none at all is a choice, too. */
export function isRepeated({ text, again }: PassphraseChoice): boolean {
  return text === again;
}

/** What is sent of it: null for none. */
export function passphraseOf({ text }: PassphraseChoice): string | null {
  return text === "" ? null : text;
}

interface NewPassphraseProps {
  readonly value: PassphraseChoice;
  readonly onChange: (value: PassphraseChoice) => void;
}

/** The passphrase under which a key is kept from now on. */
export function NewPassphrase({ value, onChange }: NewPassphraseProps) {
  const { text, again } = value;
  return (
    <>
      <PasswordInput
        label="Passphrase to keep it under"
        description="Without one, anyone who can read your files can sign as you. Nobody can bring it back."
        value={text}
        autoComplete="new-password"
        onChange={(event) => onChange({ text: event.currentTarget.value, again })}
      />
      {(text !== "" || again !== "") && (
        <PasswordInput
          label="The same once more"
          value={again}
          autoComplete="new-password"
          error={again !== "" && !text.startsWith(again) ? "It is not the same." : undefined}
          onChange={(event) => onChange({ text, again: event.currentTarget.value })}
        />
      )}
    </>
  );
}
