import { verdictWord } from "../../../core/model/verdict.ts";
import { type PackageView } from "../../../core/model/findings-package.ts";
import { asSentence, moment } from "../../ui/format.ts";
import { toneOf, VerdictIcon } from "../../ui/verdict-badge.tsx";

/** The verdict over the package first, then what it is. */
export function PackageHead({ view }: { readonly view: PackageView }) {
  const { verdict, summary, content, label } = view;
  return (
    <section className={`verdict-head ${toneOf(verdict)}`} aria-label="Verdict">
      <div className={`verdict-word tone-${toneOf(verdict)}`}>
        <VerdictIcon verdict={verdict} size={30} />
        <h1>{verdictWord(verdict)}</h1>
      </div>
      <div className="verdict-text">
        <p className="lead">{asSentence(summary)}</p>
        <p className="text-2">
          The checks show that the package is as its key signed it. They do not show that its findings are right.
        </p>
      </div>
      <div className="package-about size-12">
        <b className="medium">{content ? `${content.caseId} ${content.reportId}` : label}</b>
        {content && <span>{content.title}</span>}
        {content && (
          <span className="text-2">
            issued {moment(content.issuedAt)} UTC{content.draft ? ", a draft" : ""}
          </span>
        )}
        <span className="text-2">Read-only</span>
      </div>
    </section>
  );
}
