import "./sql-panel.css";

import { Button, Textarea } from "@mantine/core";
import { useState } from "react";

import { type SqlTable } from "../../../core/model/timeline.ts";
import { ask, failureOf, isCancelled } from "../../case-client.ts";
import { type Failure } from "../../../core/api/failure.ts";
import { count } from "../../ui/format.ts";
import { Failed } from "../../ui/states.tsx";
import { useTimeline } from "../../state/timeline.ts";

const SHOWN = 500;
type Answer =
  | { readonly state: "none" }
  | { readonly state: "asking"; readonly cancel: () => void }
  | { readonly state: "ready"; readonly table: SqlTable }
  | { readonly state: "failed"; readonly failure: Failure };

/** One SELECT, read only. */
export function SqlPanel() {
  const text = useTimeline((view) => view.sql);
  const [answer, setAnswer] = useState<Answer>({ state: "none" });
  const run = async () => {
    const controller = new AbortController();
    setAnswer({ state: "asking", cancel: () => controller.abort() });
    try {
      setAnswer({ state: "ready", table: await ask("timeline.sql", { text }, { signal: controller.signal }) });
    } catch (error) {
      setAnswer(
        controller.signal.aborted || isCancelled(error)
          ? { state: "none" }
          : { state: "failed", failure: failureOf(error) },
      );
    }
  };
  return (
    <section className="sql-panel" aria-label="SQL">
      <Textarea
        label="One SELECT over the views of the case"
        description="Read only; docs/query-language.md names the views. Ctrl Enter asks."
        classNames={{ input: "mono" }}
        minRows={4}
        maxRows={12}
        spellCheck={false}
        value={text}
        autoFocus
        onChange={(event) => useTimeline.setState({ sql: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void run();
        }}
      />
      <div className="row">
        {answer.state === "asking" ? (
          <Button onClick={answer.cancel}>Cancel</Button>
        ) : (
          <Button variant="filled" onClick={() => void run()}>
            Ask
          </Button>
        )}
        <Button variant="subtle" onClick={() => useTimeline.setState({ sqlShown: false })}>
          Back to events
        </Button>
        <span className="grow" />
        {answer.state === "ready" && <TableSize table={answer.table} />}
      </div>
      {answer.state === "failed" && (
        <Failed doing="asking in SQL" failure={answer.failure} safe="The case is unchanged; nothing was written." />
      )}
      {answer.state === "ready" && <TableRows table={answer.table} />}
    </section>
  );
}

function TableSize({ table }: { readonly table: SqlTable }) {
  const shown = Math.min(SHOWN, table.rows.length);
  return (
    <span className="text-2 size-12" role="status">
      {count(shown)} of {count(table.rows.length)}
      {table.cut ? " and more" : ""} rows, {count(table.milliseconds)} ms
    </span>
  );
}

function TableRows({ table }: { readonly table: SqlTable }) {
  return (
    <div className="sql-table" tabIndex={0} role="region" aria-label="Answer">
      <table>
        <thead>
          <tr>
            {table.columns.map((column, index) => (
              <th key={index} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.slice(0, SHOWN).map((row, index) => (
            <tr key={index}>
              {row.map((value, column) => (
                <td key={column} className={typeof value === "number" ? "number" : undefined}>
                  {value === null ? <span className="text-3">NULL</span> : String(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
