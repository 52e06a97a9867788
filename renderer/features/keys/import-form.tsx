import { useState } from "react";

import { ask } from "../../case-client.ts";
import {
  isRepeated,
  KeyForm,
  NewPassphrase,
  NO_PASSPHRASE,
  passphraseOf,
  type Pkcs12Choice,
  Pkcs12Fields,
} from "./key-form.tsx";

/** Takes a key from another program as the examiner's first. */
export function ImportForm() {
  const [source, setSource] = useState<Pkcs12Choice>({ file: null, passphrase: "" });
  const [passphrase, setPassphrase] = useState(NO_PASSPHRASE);
  const { file } = source;
  const act = async () => {
    // A grant is good once: another try needs the file to be chosen again.
    setSource({ ...source, file: null });
    return ask("keys.importPkcs12", {
      grant: file?.grant ?? "",
      filePassphrase: source.passphrase,
      passphrase: passphraseOf(passphrase),
    });
  };
  return (
    <KeyForm submit="Import the key" ready={file !== null && isRepeated(passphrase)} act={act}>
      <Pkcs12Fields value={source} onChange={setSource} />
      <NewPassphrase value={passphrase} onChange={setPassphrase} />
    </KeyForm>
  );
}
