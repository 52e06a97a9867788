import { Button, PasswordInput, TextInput } from "@mantine/core";
import { IconFile } from "@tabler/icons-react";
import { type Dispatch, type SetStateAction } from "react";

import { type InputOf } from "../../../core/api/contract.ts";
import { type Grant } from "../../../electron/shell-contract.ts";
import { shell } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { NewPassphrase, type PassphraseChoice } from "./key-form.tsx";

/** A key of another program in its file, or one that stays on its token. */
export type ForeignKind = "pkcs12" | "token";

/** Such a key as it was entered. */
export interface ForeignKey {
  /** The PKCS#12 file, or the PKCS #11 module of the token. */
  readonly file: Grant | null;
  readonly filePassphrase: string;
  readonly token: string;
  readonly id: string;
  /** What it is kept under here; of a key on a token the PIN. */
  readonly passphrase: PassphraseChoice;
}

export const NO_FOREIGN_KEY: ForeignKey = {
  file: null,
  filePassphrase: "",
  token: "",
  id: "",
  passphrase: { text: "", again: "" },
};

/** Whether everything is given that the key needs. */
export function isGiven(kind: ForeignKind, { file, token, id, passphrase }: ForeignKey): boolean {
  if (file === null || passphrase.text !== passphrase.again) return false;
  return kind === "pkcs12" || (token !== "" && id !== "" && passphrase.text !== "");
}

/** What is sent of it. */
export function requestOf(
  kind: ForeignKind,
  { file, filePassphrase, token, id }: ForeignKey,
): InputOf<"keys.import">["from"] {
  const grant = file?.grant ?? "";
  return kind === "pkcs12" ? { kind, grant, filePassphrase } : { kind, grant, token, id: id.trim().toLowerCase() };
}

interface ForeignKeyFieldsProps {
  readonly kind: ForeignKind;
  readonly value: ForeignKey;
  readonly onChange: Dispatch<SetStateAction<ForeignKey>>;
}

export function ForeignKeyFields({ kind, value, onChange }: ForeignKeyFieldsProps) {
  const set = (change: Partial<ForeignKey>) => onChange((before) => ({ ...before, ...change }));
  return kind === "pkcs12" ? <Pkcs12Fields value={value} set={set} /> : <TokenFields value={value} set={set} />;
}

interface FieldsProps {
  readonly value: ForeignKey;
  /** The other fields may be written in before the file is chosen. */
  readonly set: (change: Partial<ForeignKey>) => void;
}

function Pkcs12Fields({ value, set }: FieldsProps) {
  const { file, filePassphrase, passphrase } = value;
  const choose = () => attempt("choosing a key file", async () => set({ file: await shell.chooseFile("pkcs12") }));
  return (
    <>
      <ChosenFile label="Choose the file" file={file} hint="PKCS#12: .p12 or .pfx" onChoose={choose} />
      <PasswordInput
        label="Passphrase of the file"
        value={filePassphrase}
        autoComplete="off"
        onChange={(event) => set({ filePassphrase: event.currentTarget.value })}
      />
      <NewPassphrase value={passphrase} onChange={(next) => set({ passphrase: next })} />
    </>
  );
}

function TokenFields({ value, set }: FieldsProps) {
  const { file, token, id, passphrase } = value;
  const choose = () => attempt("choosing a module", async () => set({ file: await shell.chooseFile("pkcs11-module") }));
  const setPin = (text: string) => set({ passphrase: { text, again: text } });
  return (
    <>
      <ChosenFile label="Choose the module" file={file} hint="PKCS #11, from the token’s maker" onChoose={choose} />
      <TextInput
        label="Label of the token"
        value={token}
        onChange={(event) => set({ token: event.currentTarget.value })}
      />
      <TextInput
        label="Id of the key and its certificate"
        description="Hexadecimal, such as a1: “pkcs11-tool --module … -O” lists labels and ids"
        value={id}
        classNames={{ input: "mono" }}
        onChange={(event) => set({ id: event.currentTarget.value })}
      />
      <PasswordInput
        label="PIN of the token"
        description="It is tried once, and never written down. Too many wrong ones lock the token."
        value={passphrase.text}
        autoComplete="off"
        onChange={(event) => setPin(event.currentTarget.value)}
      />
    </>
  );
}

interface ChosenFileProps {
  readonly label: string;
  readonly file: Grant | null;
  readonly hint: string;
  readonly onChoose: () => Promise<void>;
}

function ChosenFile({ label, file, hint, onChoose }: ChosenFileProps) {
  return (
    <div className="row">
      <Button leftSection={<IconFile size={14} aria-hidden />} onClick={() => void onChoose()}>
        {label}
      </Button>
      <span className="size-12 text-2 ellipsis">{file?.label ?? hint}</span>
    </div>
  );
}
