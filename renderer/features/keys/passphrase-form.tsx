import { PasswordInput } from "@mantine/core";
import { useState } from "react";

import { ask } from "../../case-client.ts";
import { useExaminerKeys } from "../../state/examiner-keys.ts";
import { isRepeated, KeyForm, NewPassphrase, NO_PASSPHRASE, passphraseOf } from "./key-form.tsx";

/** Keeps the same key under another passphrase; its fingerprint stays. */
export function PassphraseForm() {
  const isProtected = useExaminerKeys(({ keys }) => keys?.protection === "passphrase");
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState(NO_PASSPHRASE);
  const act = () => ask("keys.setPassphrase", { current: isProtected ? current : null, next: passphraseOf(next) });
  return (
    <KeyForm submit="Change it" ready={isRepeated(next) && (!isProtected || current !== "")} act={act}>
      {isProtected && (
        <PasswordInput
          label="Passphrase until now"
          value={current}
          autoComplete="current-password"
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
      )}
      <NewPassphrase value={next} onChange={setNext} />
    </KeyForm>
  );
}
