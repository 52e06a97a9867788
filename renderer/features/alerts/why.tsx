import { type AtomExplanation, type Explanation } from "../../../core/model/detection.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { count } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";

interface WhyProps {
  readonly rule: string;
  readonly title: string;
  readonly seq: number;
}

/** Which comparisons of the rule and of its filters hold for an event, and what the event has. */
export function Why({ rule, title, seq }: WhyProps) {
  const revision = useSession((session) => session.revision);
  const answer = useAsk("detection.explain", { rule, seq }, revision);
  if (answer.state === "failed") return <Notice tone="info">{answer.failure.message}</Notice>;
  const explanation = shown(answer);
  if (!explanation) return <p className="text-2 size-12">Reading event {count(seq)}…</p>;
  const { atoms } = explanation;
  return (
    <div>
      <h3 className="label">
        Why event {count(seq)} fits “{title}”
      </h3>
      <table className="table why">
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">Field</th>
            <th scope="col">The rule asks for</th>
            <th scope="col">The event has</th>
            <th scope="col">Holds</th>
          </tr>
        </thead>
        <tbody>
          {atoms.map((atom, index) => [
            atom.filter !== null && atom.filter !== atoms[index - 1]?.filter && (
              <tr key={`filter ${index}`}>
                <th scope="rowgroup" colSpan={5}>
                  {filterText(atom.filter, explanation)}
                </th>
              </tr>
            ),
            <Atom key={index} atom={atom} />,
          ])}
        </tbody>
      </table>
    </div>
  );
}

function filterText(title: string, { filterReading }: Explanation): string {
  return filterReading === "conjoin" ? `Filter that must hold, too: ${title}` : `Filter that must not hold: ${title}`;
}

function Atom({ atom }: { readonly atom: AtomExplanation }) {
  const { line, field, negated, asked, placeholders, found, holds } = atom;
  return (
    <tr>
      <td className="number">{line}</td>
      <td className="mono">{field ?? "anywhere"}</td>
      <td className="mono">
        {negated ? "not " : ""}
        {asked.map((text) => (text === "" ? "empty text" : text)).join(" or ")}
        {placeholders.length > 0 && ` (values of ${placeholders.map((name) => `%${name}%`).join(", ")})`}
      </td>
      <td className="mono">{found.length === 0 ? "no value" : found.join(", ").slice(0, 500)}</td>
      <td>{holds ? "yes" : "no"}</td>
    </tr>
  );
}
