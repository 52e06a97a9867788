import { SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import { ask } from "../../case-client.ts";
import { useSession } from "../../state/session.ts";
import { Notice } from "../../ui/notice.tsx";
import { ForeignKeyFields, isGiven, NO_FOREIGN_KEY, requestOf, type ForeignKind } from "./foreign-key.tsx";
import { isRepeated, KeyForm, NewPassphrase, NO_PASSPHRASE, passphraseOf } from "./key-form.tsx";

const KINDS: readonly { readonly value: "new" | ForeignKind; readonly label: string }[] = [
  { value: "new", label: "A new key" },
  { value: "pkcs12", label: "An imported key" },
  { value: "token", label: "A key on a token" },
];

/** A key takes the place of the current one, which endorses it: whoever held the old fingerprint can follow. */
export function RotateForm() {
  const examiner = useSession((session) => session.home?.examiner);
  const [kind, setKind] = useState<"new" | ForeignKind>("new");
  const [name, setName] = useState(examiner?.name ?? "");
  const [passphrase, setPassphrase] = useState(NO_PASSPHRASE);
  const [source, setSource] = useState(NO_FOREIGN_KEY);
  const [reason, setReason] = useState("");
  const unlocked = examiner?.state === "ready";
  const given = kind === "new" ? name.trim() !== "" && isRepeated(passphrase) : isGiven(kind, source);
  const act = () => {
    // A grant is good once: another try needs the file to be chosen again.
    setSource({ ...source, file: null });
    return ask("keys.rotate", {
      to: kind === "new" ? { kind, name: name.trim() } : requestOf(kind, source),
      passphrase: passphraseOf(kind === "new" ? passphrase : source.passphrase),
      reason: reason.trim(),
    });
  };
  return (
    <KeyForm submit="Replace the key" ready={unlocked && given && reason.trim() !== ""} act={act}>
      <Notice tone="info">
        The current key signs a statement that names the new one. What was signed before stays signed; give the new
        fingerprint to whoever holds the old one.
      </Notice>
      {!unlocked && <Notice tone="limits">The current key must be unlocked first.</Notice>}
      <SegmentedControl
        aria-label="Which key"
        value={kind}
        data={[...KINDS]}
        onChange={(value) => {
          setKind(KINDS.find((known) => known.value === value)?.value ?? "new");
          setSource(NO_FOREIGN_KEY);
        }}
      />
      {kind === "new" ? (
        <>
          <TextInput
            label="Name on the certificate"
            value={name}
            maxLength={64}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NewPassphrase value={passphrase} onChange={setPassphrase} />
        </>
      ) : (
        <ForeignKeyFields kind={kind} value={source} onChange={setSource} />
      )}
      <Textarea
        label="Why is it replaced?"
        description="It is written to the diary of the open case."
        value={reason}
        minRows={2}
        onChange={(event) => setReason(event.currentTarget.value)}
        required
      />
    </KeyForm>
  );
}
