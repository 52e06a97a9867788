import { SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import { ask } from "../../case-client.ts";
import { useSession } from "../../state/session.ts";
import { Notice } from "../../ui/notice.tsx";
import {
  isRepeated,
  KeyForm,
  NewPassphrase,
  NO_PASSPHRASE,
  passphraseOf,
  type Pkcs12Choice,
  Pkcs12Fields,
} from "./key-form.tsx";

const KINDS = [
  { value: "new", label: "A new key" },
  { value: "pkcs12", label: "An imported key" },
] as const;

/** A key takes the place of the current one, which endorses it: whoever held the old fingerprint can follow. */
export function RotateForm() {
  const examiner = useSession((session) => session.home?.examiner);
  const [kind, setKind] = useState<"new" | "pkcs12">("new");
  const [name, setName] = useState(examiner?.name ?? "");
  const [source, setSource] = useState<Pkcs12Choice>({ file: null, passphrase: "" });
  const [passphrase, setPassphrase] = useState(NO_PASSPHRASE);
  const [reason, setReason] = useState("");
  const unlocked = examiner?.state === "ready";
  const isGiven = kind === "new" ? name.trim() !== "" : source.file !== null;
  const act = async () => {
    // A grant is good once: another try needs the file to be chosen again.
    setSource({ ...source, file: null });
    return ask("keys.rotate", {
      to:
        kind === "new"
          ? { kind, name: name.trim() }
          : { kind, grant: source.file?.grant ?? "", filePassphrase: source.passphrase },
      passphrase: passphraseOf(passphrase),
      reason: reason.trim(),
    });
  };
  return (
    <KeyForm
      submit="Replace the key"
      ready={unlocked && isGiven && isRepeated(passphrase) && reason.trim() !== ""}
      act={act}
    >
      <Notice tone="info">
        The current key signs a statement that names the new one. What was signed before stays signed; give the new
        fingerprint to whoever holds the old one.
      </Notice>
      {!unlocked && <Notice tone="limits">The current key must be unlocked first.</Notice>}
      <SegmentedControl
        aria-label="Which key"
        value={kind}
        data={[...KINDS]}
        onChange={(value) => setKind(value === "pkcs12" ? "pkcs12" : "new")}
      />
      {kind === "new" ? (
        <TextInput
          label="Name on the certificate"
          value={name}
          maxLength={64}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      ) : (
        <Pkcs12Fields value={source} onChange={setSource} />
      )}
      <NewPassphrase value={passphrase} onChange={setPassphrase} />
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
