import { SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import { ask } from "../../case-client.ts";
import { DigestFull } from "../../ui/digest.tsx";
import { Notice } from "../../ui/notice.tsx";
import { KeyForm } from "./key-form.tsx";

const KINDS = [
  { value: "lost", label: "Lost" },
  { value: "compromised", label: "In other hands" },
] as const;

/** Retires a key without its help: nobody has its passphrase any more, or somebody else has it. */
export function LossForm({ fingerprint }: { readonly fingerprint: string }) {
  const [kind, setKind] = useState<"lost" | "compromised">("lost");
  const [from, setFrom] = useState(() => `${new Date().toISOString().slice(0, 19)}Z`);
  const [reason, setReason] = useState("");
  const act = () => ask("keys.reportLoss", { fingerprint, kind, from: from.trim(), reason: reason.trim() });
  return (
    <KeyForm submit="Report it" ready={reason.trim() !== "" && from.trim() !== ""} act={act}>
      <DigestFull digest={fingerprint} />
      <Notice tone="limits">
        The key signs nothing more here, and this cannot be taken back. Tell everybody who holds its fingerprint: they
        learn of it from you alone. A package with a time stamp from before stays good.
      </Notice>
      <SegmentedControl
        aria-label="What became of it"
        value={kind}
        data={[...KINDS]}
        onChange={(value) => setKind(value === "compromised" ? "compromised" : "lost")}
      />
      <TextInput
        label="From when on (UTC)"
        description="Signatures from then on are not yours. Such as 2026-01-02T03:04:05Z"
        value={from}
        classNames={{ input: "mono" }}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <Textarea
        label="What happened?"
        description="It is written to the diary of the open case, and printed with the key."
        value={reason}
        minRows={2}
        onChange={(event) => setReason(event.currentTarget.value)}
        required
      />
    </KeyForm>
  );
}
