import { type IdentityGraph } from "../../../core/model/identity.ts";
import { counted } from "../../ui/format.ts";
import { linkSentence } from "./identity-words.ts";
import { showEvidence, useIdentities } from "./identities-state.ts";

/** The edges of the picture as rows: what each says, by which rule, on how many events. */
export function EdgeTable({ graph }: { readonly graph: IdentityGraph }) {
  return (
    <table className="table edge-table">
      <thead>
        <tr>
          <th scope="col">Edge</th>
          <th scope="col">Rule</th>
          <th scope="col" className="right">
            Evidence
          </th>
        </tr>
      </thead>
      <tbody>
        {graph.edges.map((link) => (
          <tr key={link.id} className={link.state}>
            <td>
              <button
                type="button"
                className="link-name"
                onClick={() => useIdentities.setState({ selectedLink: link.id, reason: "" })}
              >
                {linkSentence(link)}
              </button>
            </td>
            <td>{link.rule}</td>
            <td className="right">
              <button type="button" className="link" onClick={() => showEvidence(link)}>
                {counted(link.events, "event")}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
