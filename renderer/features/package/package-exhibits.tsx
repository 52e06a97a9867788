import { type PackageContent, type PackagedExhibit } from "../../../core/model/findings-package.ts";
import { useReader } from "../../state/reader.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { ColumnHeads } from "../../ui/column-heads.tsx";
import { DigestChip, DigestFull } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { count, counted } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { FailureNote } from "../../ui/states.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";

/** Exhibits drawn one by one; the package holds all of them. */
const SHOWN = 1_000;
const COLUMNS = ["Exhibit", "Recorded time", "Action", "Principal", "SHA-256", "Proof"] as const;

/** The cited records as the package holds them; one is shown in full. */
export function PackageExhibits({ content: { exhibits } }: { readonly content: PackageContent }) {
  const item = useReader((state) => state.item);
  const open = exhibits.find((exhibit) => exhibit.item === item);
  if (exhibits.length === 0) {
    return (
      <p className="panel-body size-12 text-2">
        0 exhibits: no finding that stands cites a record. Records of withdrawn findings are not in the package.
      </p>
    );
  }
  return (
    <>
      {open && <OpenExhibit exhibit={open} />}
      <table className="table size-12 entry-table" aria-label="Exhibits">
        <ColumnHeads names={COLUMNS} />
        <tbody>
          {exhibits.slice(0, SHOWN).map((exhibit) => (
            <ExhibitRow key={exhibit.item} exhibit={exhibit} open={exhibit.item === item} />
          ))}
        </tbody>
      </table>
      {exhibits.length > SHOWN && (
        <p className="panel-body size-12 text-2">
          and {counted(exhibits.length - SHOWN, "more exhibit")} in exhibits/index.json
        </p>
      )}
    </>
  );
}

function ExhibitRow({ exhibit, open }: { readonly exhibit: PackagedExhibit; readonly open: boolean }) {
  const { item, timeRecorded, action, principal, sha256, verdict, withheld } = exhibit;
  return (
    <tr aria-current={open ? "true" : undefined}>
      <td>
        <button type="button" className="link mono" onClick={() => useReader.setState({ item })}>
          {item}
        </button>
      </td>
      <td className="number">{withheld === null ? (timeRecorded ?? "none") : "withheld"}</td>
      <td className="ellipsis">{action ?? ""}</td>
      <td className="ellipsis">{principal ?? ""}</td>
      <td>
        <DigestChip digest={sha256} />
      </td>
      <td>
        <VerdictBadge bare verdict={withheld === null ? verdict : "withheld"} />
      </td>
    </tr>
  );
}

function OpenExhibit({ exhibit }: { readonly exhibit: PackagedExhibit }) {
  const answer = useAsk("package.record", { item: exhibit.item }, 0);
  const record = shown(answer);
  return (
    <section className="package-exhibit" aria-label={`Exhibit ${exhibit.item}`} aria-live="polite">
      <h2>{exhibit.item}</h2>
      <Fields
        rows={[
          ["Found in", `${exhibit.evidence}, ${exhibit.file}, byte ${count(exhibit.offset)}`],
          ["SHA-256", <DigestFull key="digest" digest={exhibit.sha256} />],
          ["Leaf", <DigestFull key="leaf" digest={exhibit.leafHash} />],
        ]}
      />
      {exhibit.withheld !== null && (
        <Notice tone="info">
          <b>Withheld:</b> {exhibit.withheld}. Digest and proof show that the record exists.
        </Notice>
      )}
      {answer.state === "failed" && <FailureNote failure={answer.failure} />}
      {record && record.text === null && exhibit.withheld === null && (
        <Notice tone="altered">The package lacks the bytes of this record.</Notice>
      )}
      {record && record.text !== null && (
        <pre className="raw" tabIndex={0} role="region" aria-label="Record as the package holds it">
          {record.text}
        </pre>
      )}
    </section>
  );
}
