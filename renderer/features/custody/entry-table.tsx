import { type CustodyEntry } from "../../../core/model/custody.ts";
import { chooseEntry, useCustody } from "../../state/custody.ts";
import { ColumnHeads } from "../../ui/column-heads.tsx";
import { DigestChip } from "../../ui/digest.tsx";
import { bytes, count, counted, moment } from "../../ui/format.ts";
import { aboutEntry } from "./entry-words.ts";

/** Entries listed, the newest first; the action log has all of them. */
const SHOWN = 200;
const COLUMNS = ["No.", "Time (UTC)", "What", "On", "Size", "SHA-256"] as const;

interface EntryTableProps {
  readonly entries: readonly CustodyEntry[];
  readonly label: string;
}

/** Entries about files and keys, with their digests; each opens in full. */
export function EntryTable({ entries, label }: EntryTableProps) {
  const chosen = useCustody((state) => state.chosen?.seq);
  return (
    <>
      <table className="table size-12 entry-table" aria-label={label}>
        <ColumnHeads names={COLUMNS} />
        <tbody>
          {entries
            .slice(-SHOWN)
            .reverse()
            .map((entry) => (
              <EntryRow key={entry.seq} entry={entry} selected={entry.seq === chosen} />
            ))}
        </tbody>
      </table>
      {entries.length > SHOWN && (
        <p className="panel-body size-12 text-2">
          and {counted(entries.length - SHOWN, "earlier entry", "earlier entries")}: the action log has all
        </p>
      )}
    </>
  );
}

function EntryRow({ entry, selected }: { readonly entry: CustodyEntry; readonly selected: boolean }) {
  const { seq, at, action, object } = entry;
  return (
    <tr aria-current={selected ? "true" : undefined}>
      <td className="number">{count(seq)}</td>
      <td className="number">{moment(at)}</td>
      <td>
        <button
          type="button"
          className="link"
          aria-label={`Show entry ${count(seq)}, ${action}`}
          onClick={() => chooseEntry(entry)}
        >
          {action}
        </button>
      </td>
      <td className="ellipsis">{aboutEntry(entry)}</td>
      <td className="number">{object?.bytes === undefined ? "" : bytes(object.bytes)}</td>
      <td>{object?.sha256 !== undefined && <DigestChip digest={object.sha256} />}</td>
    </tr>
  );
}
