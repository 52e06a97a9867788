import { type PackageContent, type PackagedFinding } from "../../../core/model/findings-package.ts";
import { useReader } from "../../state/reader.ts";
import { Fields } from "../../ui/fields.tsx";
import { moment } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { CLASS_WORDS } from "../findings/finding-list.tsx";

/** What the examiner found, as the package says it, with the exhibits each rests on. */
export function PackageFindings({ content }: { readonly content: PackageContent }) {
  const { findings, notVerified } = content;
  const held = new Set(content.exhibits.map(({ item }) => item));
  return (
    <div className="package-list">
      {findings.length === 0 && <p className="text-2">The package holds no finding.</p>}
      {findings.map((finding) => (
        <FindingItem key={finding.id} finding={finding} held={held} />
      ))}
      {notVerified.length > 0 && (
        <section aria-label="Not verified">
          <h2>Not verified, as the package itself says</h2>
          <ul className="package-limits size-12">
            {notVerified.map((limit) => (
              <li key={limit}>{limit}</li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

interface FindingItemProps {
  readonly finding: PackagedFinding;
  /** Items of the exhibits that the package holds: records of withdrawn findings are not among them. */
  readonly held: ReadonlySet<string>;
}

function FindingItem({ finding, held }: FindingItemProps) {
  const { id, title, statement, basis, uncertainty, propositions, alternatives, strength } = finding;
  const { contradicting, items, withdrawn } = finding;
  const optional: readonly (readonly [string, string])[] = [
    ["Propositions", propositions.join("; ")],
    ["Alternatives", alternatives.join("; ")],
    ["Strength", strength],
    ["Basis", basis],
    ["Uncertainty", uncertainty],
    ["Speaks against it", contradicting.text],
  ];
  return (
    <article aria-label={`Finding ${id}`}>
      <div className="row">
        <h2>
          {id} {title}
        </h2>
        <span className="text-2 size-12">{CLASS_WORDS[finding.class]}</span>
      </div>
      {withdrawn && (
        <Notice tone="limits">
          <b>Withdrawn</b> {moment(withdrawn.at)} UTC: {withdrawn.reason}
        </Notice>
      )}
      <p className="finding-statement">{statement}</p>
      <Fields
        rows={[
          ...optional.filter(([, value]) => value !== ""),
          ["Exhibits", <ItemLinks key="items" items={items} held={held} />],
          ...(contradicting.items.length > 0
            ? ([["Against it", <ItemLinks key="against" items={contradicting.items} held={held} />]] as const)
            : []),
        ]}
      />
    </article>
  );
}

interface ItemLinksProps extends Pick<FindingItemProps, "held"> {
  readonly items: readonly string[];
}

function ItemLinks({ items, held }: ItemLinksProps) {
  const show = (item: string) => useReader.setState({ part: "exhibits", item });
  return (
    <span className="package-items">
      {items.map((item) =>
        held.has(item) ? (
          <button key={item} type="button" className="link mono" onClick={() => show(item)}>
            {item}
          </button>
        ) : (
          <span key={item}>
            <span className="mono">{item}</span> <span className="text-2">not in the package</span>
          </span>
        ),
      )}
    </span>
  );
}
