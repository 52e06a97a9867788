import { Button, Textarea } from "@mantine/core";
import { useState } from "react";

import { type PinnedItem } from "../../../core/api/trust-contract.ts";
import { ask } from "../../case-client.ts";
import { attempt, tookPinned } from "../../state/acts.ts";
import { reverify } from "../../state/verify-acts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";
import { type AnySubject } from "./subject.ts";

interface UnpinDialogProps {
  readonly item: PinnedItem;
  readonly subject: AnySubject;
  readonly onClose: () => void;
}

/** Takes trust from a key, with a reason; an exhibit is verified again at once. */
export function UnpinDialog({ item, subject, onClose }: UnpinDialogProps) {
  const [reason, setReason] = useState("");
  const unpin = () =>
    attempt("removing the key", async () => {
      tookPinned(await ask("trust.remove", { ref: item.ref, reason: reason.trim() }));
      onClose();
      if (subject.kind === "exhibit") void reverify(subject.exhibit.id, subject.exhibit.label);
    });
  return (
    <Dialog opened onClose={onClose} title={`Unpin the key of ${item.name}`} width={520}>
      <form
        className="column"
        style={{ gap: 12 }}
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim() !== "") void unpin();
        }}
      >
        <Notice tone="limits">
          Evidence signed by this key alone becomes “Not verifiable” when it is verified again.
        </Notice>
        <Textarea
          label="Why is it no longer trusted?"
          description="It is written to the diary of the open case."
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          minRows={2}
          required
        />
        <div className="row">
          <Button type="submit" disabled={reason.trim() === ""}>
            {subject.kind === "exhibit" ? "Unpin and verify again" : "Unpin"}
          </Button>
          <Button variant="subtle" onClick={onClose}>
            Keep it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
