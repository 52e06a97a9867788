import { type MappingPreview } from "../../../core/model/import-preview.ts";
import { ColumnHeads } from "../../ui/column-heads.tsx";

/** The first records as the mapping reads them. */
export function PreviewTable({ preview }: { readonly preview: MappingPreview }) {
  const { columns, rows, faults } = preview;
  return (
    <div className="mapping-scroll preview" tabIndex={0} role="group" aria-label="Rows of the preview">
      {columns.length === 0 ? (
        <p className="text-2 mapping-nothing">
          {faults.length > 0 ? "" : "The mapping finds nothing in the first records."}
        </p>
      ) : (
        <table className="table mapping-table">
          <ColumnHeads names={columns} />
          <tbody>
            {rows.map((row, index) => (
              // Rows are positions in the file and never move.
              <tr key={index}>
                {row.map((value, column) => (
                  <td key={columns[column]} className="mapping-value" title={value ?? undefined}>
                    {value ?? <span className="text-3">–</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
