import "./custody.css";

import { useState } from "react";

import { type CustodyEntry } from "../../../core/model/custody.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { count } from "../../ui/format.ts";
import { EntryDetail } from "./entry-detail.tsx";
import { ExhibitRegister } from "./exhibit-register.tsx";
import { Journal } from "./journal.tsx";
import { JournalVerdict } from "./journal-verdict.tsx";

export function CustodyScreen() {
  const revision = useSession((session) => session.revision);
  const [chosen, setChosen] = useState<CustodyEntry | null>(null);
  const first = useAsk("custody.list", { start: 0, count: 1 }, revision);
  const total = shown(first)?.total ?? 0;
  return (
    <div className="custody">
      <section className="panel custody-journal" aria-label="Diary">
        <div className="panel-head">
          <h1>Diary</h1>
          <span className="aside">{count(total)} entries, hash-chained and signed; it is also the undo history</span>
        </div>
        {first.state === "failed" ? (
          <p className="panel-body size-12">{first.failure.message}</p>
        ) : (
          <Journal total={total} revision={revision} chosen={chosen?.seq ?? null} onChoose={setChosen} />
        )}
      </section>
      <aside className="custody-side" aria-label="Custody">
        <JournalVerdict />
        <ExhibitRegister />
        {chosen && <EntryDetail entry={chosen} />}
      </aside>
    </div>
  );
}
