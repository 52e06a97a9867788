import { type CustodyEntry, type CustodyValue } from "../../../core/model/custody.ts";
import { DigestChip } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { count } from "../../ui/format.ts";
import { aboutEntry } from "./entry-words.ts";

/** One entry of the diary, in full. */
export function EntryDetail({ entry }: { readonly entry: CustodyEntry }) {
  const { object } = entry;
  return (
    <section className="panel" aria-live="polite">
      <div className="panel-head">
        <h2>Entry {count(entry.seq)}</h2>
        <span className="aside">{entry.action}</span>
      </div>
      <div className="panel-body column" style={{ gap: 10 }}>
        <Fields
          rows={[
            ["Time", `${entry.at}, zone ${entry.tz}`],
            ["Who", entry.actor.name],
            ["Key", entry.actor.key],
            ["Machine", entry.host],
            ["App", `${entry.app.version}, ${entry.app.build}`],
            ...(object === undefined ? [] : ([["On", aboutEntry(entry)]] as const)),
            ...(object?.bytes === undefined ? [] : ([["Size", `${count(object.bytes)} bytes`]] as const)),
            ...(entry.purpose === undefined ? [] : ([["Purpose", entry.purpose]] as const)),
            ...(entry.note === undefined ? [] : ([["Note", entry.note]] as const)),
            ["Previous", <DigestChip key="previous" digest={entry.prev} />],
          ]}
        />
        {object?.sha256 !== undefined && (
          <Fields rows={[["SHA-256", <DigestChip key="object" digest={object.sha256} />]]} />
        )}
        <Values title="Parameters" values={entry.params} />
        <Values title="Result" values={entry.result} />
      </div>
    </section>
  );
}

interface ValuesProps {
  readonly title: string;
  readonly values: Readonly<Record<string, CustodyValue>> | undefined;
}

function Values({ title, values }: ValuesProps) {
  if (!values) return null;
  return (
    <div>
      <h3 className="label">{title}</h3>
      <pre className="raw">{JSON.stringify(values, null, 1)}</pre>
    </div>
  );
}
