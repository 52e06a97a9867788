import { Button } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useState } from "react";

import { type OutputOf } from "../../../core/api/contract.ts";
import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { DigestChip } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { count, counted } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";

type Verification = OutputOf<"custody.verify">;

/** Findings told one by one; an altered journal may have one for every line. */
const SHOWN = 20;

/** What verification found when the case was opened; every hash and signature is walked again when asked. */
export function JournalVerdict() {
  const caseState = useSession((session) => session.caseState);
  if (!caseState) return null;
  const { label, custody } = caseState;
  return <CaseVerdict key={label} custody={custody} />;
}

function CaseVerdict({ custody }: { readonly custody: OutputOf<"case.read">["custody"] }) {
  const revision = useSession((session) => session.revision);
  const found = shown(useAsk("custody.found", undefined, revision));
  const [now, setNow] = useState<Verification | null>(null);
  const verify = () => attempt("verifying the diary", async () => setNow(await ask("custody.verify", undefined)));
  // A case that was just made had no diary to verify.
  const outcome = now ?? (found && found.entries > 0 ? found : null);
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
            ["Verified", verifiedWhen(outcome, outcome === now)],
          ]}
        />
        {outcome && <Outcome outcome={outcome} />}
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

function verifiedWhen(outcome: Verification | null, isNow: boolean): string {
  if (outcome === null) return "not yet: this session began it";
  const entries = counted(outcome.entries, "entry", "entries");
  return isNow ? `now, ${entries}` : `when the case was opened, ${entries}`;
}

function Outcome({ outcome: { verdict, entries, findings } }: { readonly outcome: Verification }) {
  const told = verdict === "altered" ? findings.filter((finding) => finding.verdict === "altered") : findings;
  return (
    <>
      {verdict === "verified" && (
        <Notice tone="ok">All {count(entries)} entries follow one another and are signed.</Notice>
      )}
      {verdict === "altered" && (
        <Notice tone="altered">
          The diary was changed outside of Assay. It stays as it was found, and this session has recorded that; nothing
          repairs it. Compare it with a copy, or with the head in a package that was signed before.
        </Notice>
      )}
      {told.slice(0, SHOWN).map(({ line, code, message, verdict: allowed }) => (
        <Notice key={`${line} ${code}`} tone={NOTICE_TONES[allowed]}>
          Line {count(line)} (No. {count(line - 1)}): {message}
        </Notice>
      ))}
      {told.length > SHOWN && (
        <p className="size-12 text-2">and {count(told.length - SHOWN)} more: assay custody --verify lists them</p>
      )}
    </>
  );
}

const NOTICE_TONES = { verified: "info", "not-verifiable": "limits", altered: "altered" } as const;
