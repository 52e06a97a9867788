import { Button, Textarea } from "@mantine/core";
import { useState } from "react";

import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { useSession } from "../../state/session.ts";

/** A muted rule stays in the list of muted ones, with its reason. */
export function Mute({ rule, muted }: { readonly rule: string; readonly muted: boolean }) {
  const [reason, setReason] = useState<string | null>(null);
  const mute = (text: string) =>
    attempt("muting the rule", async () => {
      await ask("detection.mute", { rule, reason: text });
      setReason(null);
      useSession.setState((session) => ({ revision: session.revision + 1 }));
    });
  if (muted) {
    return (
      <div>
        <Button variant="subtle" onClick={() => void mute("")}>
          Hear of it again
        </Button>
      </div>
    );
  }
  if (reason === null) {
    return (
      <div>
        <Button variant="subtle" onClick={() => setReason("")}>
          Mute this rule…
        </Button>
      </div>
    );
  }
  return (
    <form
      className="column"
      style={{ gap: 8, maxWidth: 560 }}
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== "") void mute(reason);
      }}
    >
      <Textarea
        label="Why is it muted? The journal keeps this."
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        minRows={2}
      />
      <div className="row">
        <Button type="submit" disabled={reason.trim() === ""}>
          Mute
        </Button>
        <Button variant="subtle" onClick={() => setReason(null)}>
          Keep hearing of it
        </Button>
      </div>
    </form>
  );
}
