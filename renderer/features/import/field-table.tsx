import { type EvidenceLook } from "../../../core/model/import-preview.ts";
import { ColumnHeads } from "../../ui/column-heads.tsx";

interface FieldTableProps {
  readonly fields: EvidenceLook["fields"];
  readonly sampled: number;
}

/** The members of the records, as a mapping writes their paths. */
export function FieldTable({ fields, sampled }: FieldTableProps) {
  return (
    <div className="mapping-scroll" tabIndex={0} role="group" aria-label="List of members">
      <table className="table mapping-table">
        <ColumnHeads names={["Path", "In", "First value"]} />
        <tbody>
          {fields.map(({ path, count, example }) => (
            <tr key={path}>
              <th scope="row" className="mono">
                {path}
              </th>
              <td className="text-2">{count === sampled ? "all" : count}</td>
              <td className="mapping-value" title={example}>
                {example}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
