import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";

import { type ExaminerState } from "../../../core/api/contract.ts";
import { type Failure } from "../../../core/api/failure.ts";
import { ask, failureOf } from "../../case-client.ts";
import { refreshCase, tookHome } from "../../state/acts.ts";
import { useSession } from "../../state/session.ts";
import { DigestFull } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { FailureNote } from "../../ui/states.tsx";
import { isRepeated, NewPassphrase, NO_PASSPHRASE, passphraseOf } from "../keys/key-form.tsx";

/** The key that signs: made once, unlocked for a session. */
export function ExaminerKey() {
  const { home, caseState } = useSession();
  const [failure, setFailure] = useState<Failure | null>(null);
  if (!home) return null;
  const take = async (act: Promise<ExaminerState>) => {
    try {
      const examiner = await act;
      setFailure(null);
      tookHome({ ...home, examiner });
      // The open case is endorsed by it from now on.
      if (caseState) await refreshCase();
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  const { examiner } = home;
  return (
    <div className="column" style={{ gap: 10 }}>
      {examiner.state !== "absent" && (
        <Fields
          rows={[
            ["Examiner", examiner.name],
            ["Key", examiner.onToken ? "on a token" : "in a file of this computer"],
            ["Fingerprint", <DigestFull key="fingerprint" digest={examiner.fingerprint} />],
            ["State", examiner.state === "ready" ? "unlocked for this session" : "locked"],
          ]}
        />
      )}
      {examiner.state === "locked" && (
        <Unlock
          label={examiner.onToken ? "PIN of the token" : "Passphrase"}
          onUnlock={(passphrase) => take(ask("examiner.unlock", { passphrase }))}
        />
      )}
      {examiner.state === "absent" && (
        <Create onCreate={(name, passphrase) => take(ask("examiner.create", { name, passphrase }))} />
      )}
      {failure && <FailureNote failure={failure} />}
    </div>
  );
}

interface UnlockProps {
  readonly label: string;
  readonly onUnlock: (passphrase: string) => Promise<void>;
}

function Unlock({ label, onUnlock }: UnlockProps) {
  const [passphrase, setPassphrase] = useState("");
  return (
    <form
      className="row"
      style={{ alignItems: "flex-end" }}
      onSubmit={(event) => {
        event.preventDefault();
        void onUnlock(passphrase).then(() => setPassphrase(""));
      }}
    >
      <PasswordInput
        className="grow"
        label={label}
        value={passphrase}
        autoComplete="off"
        onChange={(event) => setPassphrase(event.currentTarget.value)}
      />
      <Button type="submit" disabled={passphrase === ""}>
        Unlock
      </Button>
    </form>
  );
}

function Create({ onCreate }: { readonly onCreate: (name: string, passphrase: string | null) => Promise<void> }) {
  const [name, setName] = useState("");
  const [passphrase, setPassphrase] = useState(NO_PASSPHRASE);
  const ready = name.trim() !== "" && isRepeated(passphrase);
  return (
    <form
      className="column"
      style={{ gap: 8 }}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void onCreate(name.trim(), passphraseOf(passphrase));
      }}
    >
      <p className="size-12 text-2">No examiner key yet. Reports, packages and key acts are signed with it.</p>
      <TextInput label="Your name" value={name} onChange={(event) => setName(event.currentTarget.value)} required />
      <NewPassphrase value={passphrase} onChange={setPassphrase} />
      <div>
        <Button type="submit" disabled={!ready}>
          Make the key
        </Button>
      </div>
    </form>
  );
}
