import { SegmentedControl } from "@mantine/core";
import { useState } from "react";

import { ask } from "../../case-client.ts";
import { ForeignKeyFields, isGiven, NO_FOREIGN_KEY, requestOf, type ForeignKind } from "./foreign-key.tsx";
import { KeyForm, passphraseOf } from "./key-form.tsx";

const KINDS = [
  { value: "pkcs12", label: "From a file (PKCS#12)" },
  { value: "token", label: "On a token (PKCS #11)" },
] as const;

/** Takes a key from another program, or one that stays on its token, as the examiner's first. */
export function ImportForm() {
  const [kind, setKind] = useState<ForeignKind>("pkcs12");
  const [source, setSource] = useState(NO_FOREIGN_KEY);
  const act = () => {
    // A grant is good once: another try needs the file to be chosen again.
    setSource({ ...source, file: null });
    return ask("keys.import", { from: requestOf(kind, source), passphrase: passphraseOf(source.passphrase) });
  };
  return (
    <KeyForm submit={kind === "token" ? "Use the key" : "Import the key"} ready={isGiven(kind, source)} act={act}>
      <SegmentedControl
        aria-label="Which key"
        value={kind}
        data={[...KINDS]}
        onChange={(value) => {
          setKind(value === "token" ? "token" : "pkcs12");
          setSource(NO_FOREIGN_KEY);
        }}
      />
      <ForeignKeyFields kind={kind} value={source} onChange={setSource} />
    </KeyForm>
  );
}
