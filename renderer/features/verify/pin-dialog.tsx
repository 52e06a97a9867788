import { Button, Modal, Textarea } from "@mantine/core";
import { useState } from "react";

import { type Failure } from "../../../core/api/failure.ts";
import { type KeyUse } from "../../../core/model/verdict.ts";
import { ask, failureOf } from "../../case-client.ts";
import { reverify, tookHome } from "../../state/acts.ts";
import { useIntake } from "../../state/intake.ts";
import { Notice } from "../../ui/notice.tsx";
import { type Subject } from "./subject.ts";

interface PinDialogProps {
  readonly item: KeyUse;
  readonly subject: Subject;
  readonly onClose: () => void;
}

/** A key becomes trusted only by the examiner's word on how it is known; the word is kept in the diary. */
export function PinDialog({ item, subject, onClose }: PinDialogProps) {
  const known = useIntake((state) =>
    state.candidates
      .flatMap((candidate) => candidate.unpinnedKeys)
      .find(({ id, name }) => id === item.id && name === item.name),
  );
  const [vkey, setVkey] = useState(known?.vkey ?? "");
  const [reason, setReason] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const ready = vkey.trim() !== "" && reason.trim() !== "";
  const pin = async () => {
    try {
      tookHome(await ask("trust.pin", { vkey: vkey.trim(), reason: reason.trim() }));
      onClose();
      if (subject.kind === "exhibit") await reverify(subject.exhibit.id, subject.exhibit.label);
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Pin the key of ${item.name}`} size={520}>
      <form
        className="column"
        style={{ gap: 12 }}
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void pin();
        }}
      >
        <Notice tone="info">
          Pinning says that you know, from outside this evidence, that this key belongs to the log. Compare every
          character with what its keeper gave you.
        </Notice>
        <Textarea
          label="Verifier key"
          description={`As its keeper published it; it begins with ${item.name}+${item.id}`}
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
          data-autofocus={known !== undefined}
        />
        {failure && (
          <Notice tone="altered">
            {failure.message} <span className="mono">{failure.code}</span>
          </Notice>
        )}
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="filled" type="submit" disabled={!ready}>
            Pin and verify again
          </Button>
        </div>
      </form>
    </Modal>
  );
}
