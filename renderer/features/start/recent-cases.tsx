import { type KeyboardEvent, useState } from "react";

import { type RecentCase } from "../../../core/api/contract.ts";
import { ask } from "../../case-client.ts";
import { runCommand } from "../../commands.ts";
import { attempt, openRecent, tookHome } from "../../state/acts.ts";
import { useSession } from "../../state/session.ts";
import { count, counted, moment } from "../../ui/format.ts";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";

export function RecentCases() {
  const recent = useSession((session) => session.home?.recent);
  const [focused, setFocused] = useState(0);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || !recent) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(recent.length - 1, focused + step));
    setFocused(next);
    event.currentTarget.querySelectorAll<HTMLElement>("[data-recent]")[next]?.focus();
  };
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Recent cases</h2>
        <span className="aside">{recent ? counted(recent.length, "case") : "reading the list"}</span>
        <span className="end size-12 text-3">
          {recent && recent.length > 0 && (
            <>
              <kbd className="hint">↑</kbd>
              <kbd className="hint">↓</kbd> move <kbd className="hint">Enter</kbd> open
            </>
          )}
          <button type="button" className="link" onClick={() => runCommand("case.open")}>
            {recent?.length === 0 ? "Open a case" : "Open another case"}
          </button>
        </span>
      </div>
      {recent?.length === 0 ? (
        <p className="panel-body text-2 size-12">
          No case yet. Drop evidence above and a case is made for it, or open the sample case to see how one looks.
        </p>
      ) : (
        <table className="table recent-table" onKeyDown={onKeyDown}>
          <thead>
            <tr>
              <th scope="col">Case</th>
              <th scope="col">Evidence</th>
              <th scope="col" className="right">
                Events
              </th>
              <th scope="col">State</th>
              <th scope="col">Last opened (UTC)</th>
            </tr>
          </thead>
          <tbody>
            {recent?.map((item, index) => (
              <RecentRow key={item.id} item={item} selected={index === focused} onFocus={() => setFocused(index)} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface RecentRowProps {
  readonly item: RecentCase;
  readonly selected: boolean;
  readonly onFocus: () => void;
}

function RecentRow({ item, selected, onFocus }: RecentRowProps) {
  const forget = () =>
    attempt("forgetting the case", async () => tookHome(await ask("home.forgetRecent", { id: item.id })));
  return (
    <tr className={selected ? "selected" : undefined}>
      <td>
        <button
          type="button"
          data-recent
          tabIndex={selected ? 0 : -1}
          className="recent-name"
          // A disabled one could not have the focus, and the list is entered by it.
          aria-disabled={!item.present}
          onFocus={onFocus}
          onClick={() => {
            if (item.present) void openRecent(item.id);
          }}
        >
          <span className="medium">{item.title || item.label}</span>
          {item.title && item.title !== item.label && <span className="size-12 text-3">{item.label}</span>}
        </button>
      </td>
      <td>
        {item.verdict ? <VerdictBadge verdict={item.verdict} /> : <span className="text-3">no evidence yet</span>}
      </td>
      <td className="right">{count(item.events)}</td>
      <td className="text-2">
        {item.present ? (
          item.findings === 0 ? (
            "No findings"
          ) : (
            counted(item.findings, "finding")
          )
        ) : (
          <>
            Folder not found{" "}
            <button type="button" className="link" onClick={() => void forget()}>
              Forget
            </button>
          </>
        )}
      </td>
      <td className="text-2">{moment(item.openedAt, false)}</td>
    </tr>
  );
}
