import { type ActionClass } from "../../../core/model/identity-card.ts";
import { count } from "../../ui/format.ts";

/** How many acts of each class were done and refused. */
export function ActionTable({ classes }: { readonly classes: readonly ActionClass[] }) {
  const sum = (pick: (item: ActionClass) => number): number => classes.reduce((total, item) => total + pick(item), 0);
  return (
    <section aria-labelledby="acts-title">
      <div className="panel-head">
        <h2 id="acts-title">Acts by class</h2>
        <span className="aside">by the names of the actions</span>
      </div>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col" className="right">
              Done
            </th>
            <th scope="col" className="right">
              Refused
            </th>
          </tr>
        </thead>
        <tbody>
          {classes.map(({ name, done, refused, actions }) => (
            <tr
              key={name}
              title={actions
                .slice(0, 12)
                .map(({ action }) => action)
                .join(", ")}
            >
              <th scope="row">{name}</th>
              <td className="right">{done === 0 ? "–" : count(done)}</td>
              <td className="right">{refused === 0 ? "–" : count(refused)}</td>
            </tr>
          ))}
          <tr className="sum">
            <th scope="row">All</th>
            <td className="right">{count(sum(({ done }) => done))}</td>
            <td className="right">{count(sum(({ refused }) => refused))}</td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}
