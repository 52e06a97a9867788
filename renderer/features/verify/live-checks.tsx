import { textsOf } from "../../../core/model/check-texts.ts";
import { type Check } from "../../../core/model/verdict.ts";
import { type Intake } from "../../state/intake.ts";
import { WorkProgress } from "../../ui/states.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";

/** Checks as they come in while evidence is read. */
export function LiveChecks({ intake }: { readonly intake: Extract<Intake, { state: "working" }> }) {
  const checks: readonly Check[] = intake.progress?.checks ?? [];
  return (
    <>
      <section className="panel live-head" aria-label="Progress">
        <h1>
          {intake.mode === "import" ? "Reading and checking" : "Checking"} {intake.label}
        </h1>
        <WorkProgress progress={intake.progress} startedAt={intake.startedAt} onCancel={intake.cancel} />
      </section>
      <section className="panel checks" aria-label="Checks" aria-live="polite">
        <div className="panel-head">
          <h2>Checks</h2>
          <span className="aside">{checks.length} done; rows stay pending until all are</span>
        </div>
        <ol>
          {checks.map((check, index) => (
            <li key={check.name} className="check-line">
              <span className="number">{index + 1}</span>
              <span className="name">{textsOf(check.name).label}</span>
              <span className="text-2 grow ellipsis">{check.note}</span>
              <VerdictBadge bare verdict={check.verdict} />
            </li>
          ))}
          <li className="check-line">
            <span className="number">{checks.length + 1}</span>
            <span className="name">{intake.progress?.phase ?? "starting"}</span>
            <span className="grow" />
            <VerdictBadge bare verdict="pending" />
          </li>
        </ol>
      </section>
    </>
  );
}
