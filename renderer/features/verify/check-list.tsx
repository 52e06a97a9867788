import { IconChevronRight } from "@tabler/icons-react";
import { type KeyboardEvent } from "react";

import { textsOf } from "../../../core/model/check-texts.ts";
import { type Check } from "../../../core/model/verdict.ts";
import { useIntake } from "../../state/intake.ts";
import { type AnyVerdict, VerdictBadge, wordOf } from "../../ui/verdict-badge.tsx";
import { shownVerdict } from "./check-order.ts";
import { type Judgement } from "./subject.ts";

interface CheckListProps {
  readonly result: Judgement;
  /** The open check, by name. */
  readonly open: string | null;
  readonly title?: string;
}

/** One line per check, in the order they were made. */
export function CheckList({ result, open, title = "Checks" }: CheckListProps) {
  const shown = result.checks.map((check) => ({ check, verdict: shownVerdict(result, check) }));
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    const next = step && result.checks[result.checks.findIndex((check) => check.name === open) + step];
    if (!next) return;
    event.preventDefault();
    useIntake.setState({ check: next.name });
    event.currentTarget.querySelector<HTMLElement>(`[data-check="${next.name}"]`)?.focus();
  };
  return (
    <section className="panel checks" aria-label="Checks">
      <div className="panel-head">
        <h2>{title}</h2>
        <span className="aside ellipsis">{summary(shown.map(({ verdict }) => verdict))}</span>
      </div>
      <ol onKeyDown={onKeyDown}>
        {shown.map(({ check, verdict }, index) => (
          <li key={check.name}>
            <CheckLine check={check} verdict={verdict} number={index + 1} open={check.name === open} />
          </li>
        ))}
      </ol>
    </section>
  );
}

interface CheckLineProps {
  readonly check: Check;
  readonly verdict: AnyVerdict;
  readonly number: number;
  readonly open: boolean;
}

function CheckLine({ check, verdict, number, open }: CheckLineProps) {
  return (
    <button
      type="button"
      className="check-line"
      data-check={check.name}
      aria-current={open ? "true" : undefined}
      onClick={() => useIntake.setState({ check: check.name })}
    >
      <span className="number">{number}</span>
      <span className="name ellipsis">{textsOf(check.name).label}</span>
      <span className="text-2 grow ellipsis" title={check.note}>
        {check.note}
      </span>
      <VerdictBadge bare verdict={verdict} />
      <IconChevronRight size={14} aria-hidden className="text-3" />
    </button>
  );
}

function summary(verdicts: readonly AnyVerdict[]): string {
  const counts = new Map<string, number>();
  for (const verdict of verdicts) counts.set(wordOf(verdict), (counts.get(wordOf(verdict)) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word.toLowerCase()}`).join(", ");
}
