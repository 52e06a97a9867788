import { ColumnHeads } from "../../ui/column-heads.tsx";

const COLUMNS = ["Source", "Content", "Order", "Missing records", "Who signed", "Proof for one record"];

const NO = "No proof";

/** Columns as above; what no proof exists for says so. */
const SOURCES = [
  ["Sealed log bundle", "Each record", "Each record", "Counted and located", "Log key", "Yes, 32 bytes per level"],
  ["Tiled log (C2SP)", "Each record", "Each record", "Counted and located", "Log key", "Yes, 32 bytes per level"],
  ["CloudTrail with digests", "Each file", "Each file", "By the next digest", "AWS key", "Digest of its file"],
  ["CloudTrail Lake results", "Each file", NO, "By the signed list", "AWS key", "Digest of its file"],
  ["Any other log", NO, NO, NO, "Nobody", "Digest taken on arrival"],
] as const;

const QUIET = new Set<string>([NO, "Nobody", "Digest taken on arrival"]);

/** What each kind of evidence can prove. */
export function SourceTable() {
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>What can be checked, by source</h2>
        <span className="aside">a source without proofs is still loaded, and every row says so</span>
      </div>
      <table className="table source-table">
        <ColumnHeads names={COLUMNS} />
        <tbody>
          {SOURCES.map(([name, ...cells]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell, column) => (
                <td key={COLUMNS[column + 1]} className={QUIET.has(cell) ? "text-3" : undefined}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
