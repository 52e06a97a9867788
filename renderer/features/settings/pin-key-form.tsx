import { Button, Textarea } from "@mantine/core";
import { useState } from "react";

import { type Failure } from "../../../core/api/failure.ts";
import { ask, failureOf } from "../../case-client.ts";
import { tookHome } from "../../state/acts.ts";
import { Notice } from "../../ui/notice.tsx";

interface PinKeyFormProps {
  readonly description?: string;
  readonly submit?: string;
  readonly onPinned?: () => void;
}

/** A key becomes trusted only by the examiner's word on how it is known; the word is kept in the diary. */
export function PinKeyForm({ description, submit = "Pin this key", onPinned }: PinKeyFormProps) {
  const [vkey, setVkey] = useState("");
  const [reason, setReason] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const ready = vkey.trim() !== "" && reason.trim() !== "";
  const pin = async () => {
    try {
      tookHome(await ask("trust.pin", { vkey: vkey.trim(), reason: reason.trim() }));
      setVkey("");
      setReason("");
      setFailure(null);
      onPinned?.();
    } catch (error) {
      setFailure(failureOf(error));
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
      <Textarea
        label="Verifier key"
        description={description ?? "As the log's keeper published it: name+id+key"}
        value={vkey}
        onChange={(event) => setVkey(event.currentTarget.value)}
        minRows={2}
        classNames={{ input: "mono" }}
        required
      />
      <Textarea
        label="How do you know this key?"
        description="Such as: read out by telephone by whom, when, compared by whom. It is written to the diary and printed in the report."
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        minRows={2}
        required
      />
      {failure && (
        <Notice tone="altered">
          {failure.message} <span className="mono">{failure.code}</span>
        </Notice>
      )}
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button variant={onPinned ? "filled" : "default"} type="submit" disabled={!ready}>
          {submit}
        </Button>
      </div>
    </form>
  );
}
