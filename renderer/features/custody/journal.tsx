import { type KeyboardEvent, useEffect, useState } from "react";

import { type CustodyEntry } from "../../../core/model/custody.ts";
import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { count, moment } from "../../ui/format.ts";
import { useVirtualRows } from "../../ui/use-virtual-rows.ts";

const ROW_HEIGHT = 24;
const PAGE_ROWS = 200;
const COLUMNS = ["No.", "Time (UTC)", "Who", "What", "On"] as const;

type Pages = ReadonlyMap<number, readonly CustodyEntry[]>;

interface JournalProps {
  readonly total: number;
  readonly revision: number;
  readonly chosen: number | null;
  readonly onChoose: (entry: CustodyEntry) => void;
}

/** Every act, newest first. */
export function Journal({ total, revision, chosen, onChoose }: JournalProps) {
  const focus = chosen === null ? null : total - 1 - chosen;
  const { frameRef, top, visible, spacer } = useVirtualRows(total, ROW_HEIGHT, focus, ROW_HEIGHT);
  const last = Math.min(total, top + visible) - 1;
  const pages = useJournalPages(total, top, last, revision);
  const entryAt = (row: number) => {
    const seq = total - 1 - row;
    return pages.get(Math.floor(seq / PAGE_ROWS))?.[seq % PAGE_ROWS];
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const entry = entryAt(Math.max(0, Math.min(total - 1, (focus ?? -1) + step)));
    if (entry) onChoose(entry);
  };
  const rows = Array.from({ length: Math.max(0, last - top + 1) }, (_, offset) => top + offset);
  return (
    <div
      role="grid"
      aria-label="Diary entries"
      aria-rowcount={total + 1}
      aria-colcount={COLUMNS.length}
      className="journal"
    >
      <div
        className="grid-frame"
        ref={frameRef}
        tabIndex={0}
        role="rowgroup"
        aria-label="Entries"
        onKeyDown={onKeyDown}
      >
        <div role="row" aria-rowindex={1} className="journal-row journal-head">
          {COLUMNS.map((column) => (
            <span key={column} role="columnheader">
              {column}
            </span>
          ))}
        </div>
        <div className="journal-window">
          {rows.map((row) => (
            <JournalRow key={row} row={row} entry={entryAt(row)} selected={row === focus} onChoose={onChoose} />
          ))}
        </div>
        <div style={{ height: spacer }} aria-hidden />
      </div>
    </div>
  );
}

interface JournalRowProps {
  readonly row: number;
  readonly entry: CustodyEntry | undefined;
  readonly selected: boolean;
  readonly onChoose: (entry: CustodyEntry) => void;
}

function JournalRow({ row, entry, selected, onChoose }: JournalRowProps) {
  const cells = entry
    ? [
        count(entry.seq),
        moment(entry.at),
        entry.actor.name,
        entry.action,
        [entry.object?.id, entry.object?.label].filter((part) => part !== undefined).join(" "),
      ]
    : ["", "", "", "", ""];
  return (
    <div
      role="row"
      aria-rowindex={row + 2}
      aria-selected={selected}
      className="journal-row"
      onClick={() => entry && onChoose(entry)}
    >
      {cells.map((cell, index) => (
        <span key={COLUMNS[index]} role="gridcell" className={index < 2 ? "number" : undefined}>
          {cell}
        </span>
      ))}
    </div>
  );
}

/** The pages in view; all are asked again when the case changes. */
function useJournalPages(total: number, top: number, last: number, revision: number): Pages {
  const [kept, setKept] = useState<{ revision: number; pages: Pages }>({ revision, pages: new Map() });
  const pages: Pages = kept.revision === revision ? kept.pages : new Map();
  const newest = Math.floor((total - 1 - top) / PAGE_ROWS);
  const oldest = Math.floor((total - 1 - last) / PAGE_ROWS);
  const missing = [newest, oldest].find((page) => page >= 0 && last >= top && !pages.has(page));
  useEffect(() => {
    if (missing === undefined) return;
    const start = missing * PAGE_ROWS;
    void attempt("reading the diary", async () => {
      const { entries } = await ask("custody.list", { start, count: PAGE_ROWS });
      setKept((before) => ({
        revision,
        pages: new Map([...(before.revision === revision ? before.pages : []), [missing, entries]]),
      }));
    });
  }, [missing, revision]);
  return pages;
}
