import { Button } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useState } from "react";

import { type OutputOf } from "../../../core/api/contract.ts";
import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { useSession } from "../../state/session.ts";
import { DigestChip } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { count } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";

/** Every hash and signature of the diary, walked again when asked. */
export function JournalVerdict() {
  const custody = useSession((session) => session.caseState?.custody);
  const [outcome, setOutcome] = useState<OutputOf<"custody.verify"> | null>(null);
  const verify = () => attempt("verifying the diary", async () => setOutcome(await ask("custody.verify", undefined)));
  if (!custody) return null;
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Diary as a whole</h2>
        <span className="end">{outcome && <VerdictBadge verdict={outcome.verdict} />}</span>
      </div>
      <div className="panel-body column" style={{ gap: 10 }}>
        <Fields
          rows={[
            ["Entries", count(custody.entries)],
            ["Head", <DigestChip key="head" digest={custody.head} />],
            [
              "Endorsed",
              custody.endorsed ? "by the examiner’s key" : "no: the examiner’s key was not unlocked in this session",
            ],
          ]}
        />
        {outcome && outcome.findings.length === 0 && outcome.verdict === "verified" && (
          <Notice tone="ok">All {count(outcome.entries)} entries follow one another and are signed.</Notice>
        )}
        {outcome?.findings.map((finding) => (
          <Notice key={finding} tone={outcome.verdict === "altered" ? "altered" : "limits"}>
            {finding}
          </Notice>
        ))}
        <div>
          <Button
            variant="filled"
            leftSection={<IconShieldCheck size={14} aria-hidden />}
            onClick={() => void verify()}
          >
            Verify the diary
          </Button>
        </div>
      </div>
    </section>
  );
}
