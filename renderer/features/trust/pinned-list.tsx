import { Button, TextInput } from "@mantine/core";
import { useState } from "react";

import { type PinnedItem, type PinnedKind } from "../../../core/api/trust-contract.ts";
import { ask } from "../../case-client.ts";
import { attempt, tookPinned } from "../../state/acts.ts";
import { useSession } from "../../state/session.ts";
import { moment } from "../../ui/format.ts";
import { PinForm } from "./pin-form.tsx";

const KINDS: Readonly<Record<PinnedKind, string>> = {
  "log-key": "Log key",
  "cloudtrail-key": "CloudTrail key",
  "witness-policy": "Witness policy",
  "time-authority": "Time authority",
  examiner: "Examiner",
};

/** Everything that this user compared with its owner, with the reason; each can be taken back. */
export function PinnedList() {
  const pinned = useSession((session) => session.home?.pinned);
  return (
    <section className="panel" aria-label="Pinned keys and authorities">
      <div className="panel-head">
        <h2>Pinned keys and authorities</h2>
        <span className="aside">{pinned ? `${pinned.length} pinned` : ""}</span>
      </div>
      {pinned?.map((item) => (
        <PinnedLine key={`${item.kind} ${item.ref}`} item={item} />
      ))}
      {pinned?.length === 0 && (
        <p className="panel-body size-12 text-2">
          Nothing is pinned. Signatures by unknown keys are consistent at best: evidence stays “Not verifiable”.
        </p>
      )}
      <div className="panel-body settings-pin">
        <PinForm />
      </div>
    </section>
  );
}

function PinnedLine({ item }: { readonly item: PinnedItem }) {
  const [reason, setReason] = useState<string | null>(null);
  const remove = (why: string) =>
    attempt("taking it back", async () => tookPinned(await ask("trust.remove", { ref: item.ref, reason: why })));
  return (
    <div className="pinned-key">
      <div className="row">
        <span className="size-12 text-3">{KINDS[item.kind]}</span>
        <b className="medium grow ellipsis">{item.name || item.ids[0]}</b>
        {reason === null && (
          <Button variant="subtle" onClick={() => setReason("")}>
            Unpin…
          </Button>
        )}
      </div>
      <div className="mono text-2">{item.kind === "cloudtrail-key" ? item.ids.join(" or ") : item.ref}</div>
      <div className="size-12 text-3">
        {item.reason}, {moment(item.pinnedAt)} UTC
      </div>
      {reason !== null && (
        <form
          className="row unpin"
          onSubmit={(event) => {
            event.preventDefault();
            if (reason.trim() !== "") void remove(reason.trim());
          }}
        >
          <TextInput
            className="grow"
            label="Why is it no longer trusted?"
            description="Evidence that rests on it becomes “Not verifiable” when it is verified again."
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
          />
          <Button type="submit" disabled={reason.trim() === ""}>
            Unpin
          </Button>
          <Button variant="subtle" onClick={() => setReason(null)}>
            Keep it
          </Button>
        </form>
      )}
    </div>
  );
}
