import { useState } from "react";

import { Button } from "@mantine/core";

import { shown, useAsk } from "../../state/use-ask.ts";
import { ColumnHeads } from "../../ui/column-heads.tsx";
import { DigestFull } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { count, moment } from "../../ui/format.ts";
import { FailureNote } from "../../ui/states.tsx";
import { aboutEntry } from "../custody/entry-words.ts";

const PAGE = 200;
const COLUMNS = ["No.", "Time (UTC)", "Who", "What", "On"] as const;

interface PackageCustodyProps {
  readonly total: number;
  readonly head: string;
}

/** The diary that travels with the package, page by page. */
export function PackageCustody({ total, head }: PackageCustodyProps) {
  const [start, setStart] = useState(0);
  const answer = useAsk("package.custody", { start, count: PAGE }, 0);
  const entries = shown(answer)?.entries;
  return (
    <>
      <div className="panel-body column" style={{ gap: 8 }}>
        <Fields
          rows={[
            ["Entries", count(total)],
            ["Head", <DigestFull key="head" digest={head} />],
          ]}
        />
        {answer.state === "failed" && <FailureNote failure={answer.failure} />}
        {total > PAGE && (
          <div className="row">
            <Button disabled={start === 0} onClick={() => setStart(start - PAGE)}>
              Earlier
            </Button>
            <Button disabled={start + PAGE >= total} onClick={() => setStart(start + PAGE)}>
              Later
            </Button>
            <span className="size-12 text-2">
              {count(start)} to {count(Math.min(total, start + PAGE) - 1)}
            </span>
          </div>
        )}
      </div>
      <table className="table size-12 entry-table" aria-label="Diary of the package">
        <ColumnHeads names={COLUMNS} />
        <tbody>
          {entries?.map((entry) => (
            <tr key={entry.seq}>
              <td className="number">{count(entry.seq)}</td>
              <td className="number nowrap">{moment(entry.at)}</td>
              <td>{entry.actor.name}</td>
              <td className="nowrap">{entry.action}</td>
              <td className="package-note">{aboutEntry(entry)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
