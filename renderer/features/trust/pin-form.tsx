import { Button, Textarea } from "@mantine/core";
import { IconFile } from "@tabler/icons-react";
import { useState } from "react";

import { type Failure } from "../../../core/api/failure.ts";
import { type Grant } from "../../../electron/shell-contract.ts";
import { ask, failureOf, shell } from "../../case-client.ts";
import { attempt, tookPinned } from "../../state/acts.ts";
import { ChosenFile } from "../../ui/chosen-file.tsx";
import { FailureNote } from "../../ui/states.tsx";

interface PinFormProps {
  readonly description?: string;
  readonly submit?: string;
  readonly onPinned?: () => void;
}

/** Something becomes trusted only by the examiner's word on how it is known; the word is kept in the diary. */
export function PinForm({ description, submit = "Pin it", onPinned }: PinFormProps) {
  const [text, setText] = useState("");
  const [file, setFile] = useState<Grant | null>(null);
  const [reason, setReason] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const ready = (file !== null || text.trim() !== "") && reason.trim() !== "";
  const pin = async () => {
    try {
      tookPinned(
        file
          ? await ask("trust.pinFile", { grant: file.grant, reason: reason.trim() })
          : await ask("trust.pin", { key: text.trim(), reason: reason.trim() }),
      );
      setText("");
      setReason("");
      setFailure(null);
      onPinned?.();
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      // A grant is good once, also when the file was refused.
      setFile(null);
    }
  };
  return (
    <form
      className="column"
      style={{ gap: 12 }}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void pin();
      }}
    >
      {file ? (
        <ChosenFile file={file} onDrop={() => setFile(null)} />
      ) : (
        <>
          <Textarea
            label="Key, policy or certificate"
            description={
              description ?? "As its keeper published it: name+id+key, a public key, a policy, PEM, a fingerprint"
            }
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            minRows={2}
            classNames={{ input: "mono" }}
          />
          <div>
            <Button
              leftSection={<IconFile size={14} aria-hidden />}
              onClick={() =>
                void attempt("choosing a file", async () => setFile(await shell.chooseFile("trusted-key")))
              }
            >
              Choose a file instead
            </Button>
          </div>
        </>
      )}
      <Textarea
        label="How do you know it is theirs?"
        description="Such as: read out by telephone by whom, when, compared by whom. It is written to the diary and printed in the report."
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        minRows={2}
        required
      />
      {failure && <FailureNote failure={failure} />}
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button variant={onPinned ? "filled" : "default"} type="submit" disabled={!ready}>
          {submit}
        </Button>
      </div>
    </form>
  );
}
