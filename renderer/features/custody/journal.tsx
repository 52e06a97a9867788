import { type KeyboardEvent, useEffect, useState } from "react";

import { type CustodyEntry } from "../../../core/model/custody.ts";
import { ask } from "../../case-client.ts";
import { attempt, follow } from "../../state/acts.ts";
import { count, moment } from "../../ui/format.ts";
import { useVirtualRows } from "../../ui/use-virtual-rows.ts";
import { aboutEntry } from "./entry-words.ts";

const ROW_HEIGHT = 24;
const PAGE_ROWS = 200;
const COLUMNS = ["No.", "Time (UTC)", "Who", "What", "On"] as const;

type Pages = ReadonlyMap<number, readonly CustodyEntry[]>;

interface JournalProps {
  /** Entries that have the words. */
  readonly total: number;
  readonly words: string;
  readonly revision: number;
  readonly chosen: number | null;
  readonly onChoose: (entry: CustodyEntry) => void;
}

/** The acts that have the words, newest first. */
export function Journal({ total, words, revision, chosen, onChoose }: JournalProps) {
  const [row, setRow] = useState<number | null>(null);
  const focus = words === "" && chosen !== null ? total - 1 - chosen : row;
  const { frameRef, top, visible, spacer } = useVirtualRows(total, ROW_HEIGHT, focus, ROW_HEIGHT);
  const last = Math.min(total, top + visible) - 1;
  const pages = useJournalPages({ total, words, top, last, revision });
  const entryAt = (at: number) => {
    const position = total - 1 - at;
    return pages.get(Math.floor(position / PAGE_ROWS))?.[position % PAGE_ROWS];
  };
  const choose = (at: number) =>
    void attempt("reading the diary", async () => {
      // The first and the last may lie far outside the pages in view.
      const entry = entryAt(at) ?? (await ask("custody.list", { start: total - 1 - at, count: 1, words })).entries[0];
      if (!entry) return;
      setRow(at);
      onChoose(entry);
    });
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, Home: -total, End: total }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    choose(Math.max(0, Math.min(total - 1, (focus ?? -1) + step)));
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
          {rows.map((at) => (
            <JournalRow key={at} row={at} entry={entryAt(at)} selected={at === focus} onChoose={() => choose(at)} />
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
  readonly onChoose: () => void;
}

function JournalRow({ row, entry, selected, onChoose }: JournalRowProps) {
  const cells = entry
    ? [count(entry.seq), moment(entry.at), entry.actor.name, entry.action, aboutEntry(entry)]
    : ["", "", "", "", ""];
  return (
    <div role="row" aria-rowindex={row + 2} aria-selected={selected} className="journal-row" onClick={onChoose}>
      {cells.map((cell, index) => (
        <span key={COLUMNS[index]} role="gridcell" className={index < 2 ? "number" : undefined}>
          {cell}
        </span>
      ))}
    </div>
  );
}

interface PagesInView {
  readonly total: number;
  readonly words: string;
  /** First and last row in view. */
  readonly top: number;
  readonly last: number;
  readonly revision: number;
}

/** The pages in view; all are asked again when the case changes. */
function useJournalPages({ total, words, top, last, revision }: PagesInView): Pages {
  const [kept, setKept] = useState<{ revision: number; pages: Pages }>({ revision, pages: new Map() });
  const pages: Pages = kept.revision === revision ? kept.pages : new Map();
  const newest = Math.floor((total - 1 - top) / PAGE_ROWS);
  const oldest = Math.floor((total - 1 - last) / PAGE_ROWS);
  const missing = [newest, oldest].find((page) => page >= 0 && last >= top && !pages.has(page));
  useEffect(() => {
    if (missing === undefined) return;
    const start = missing * PAGE_ROWS;
    void follow("reading the diary", async () => {
      const { entries } = await ask("custody.list", { start, count: PAGE_ROWS, words });
      setKept((before) => ({
        revision,
        pages: new Map([...(before.revision === revision ? before.pages : []), [missing, entries]]),
      }));
    });
  }, [missing, words, revision]);
  return pages;
}
