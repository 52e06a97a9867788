import { type PackageView } from "../../../core/model/findings-package.ts";
import { asSentence, moment } from "../../ui/format.ts";
import { VerdictBanner } from "../../ui/verdict-banner.tsx";

/** The verdict over the package first, then what it is. */
export function PackageHead({ view }: { readonly view: PackageView }) {
  const { verdict, summary, content, label } = view;
  return (
    <VerdictBanner
      verdict={verdict}
      lead={asSentence(summary)}
      meaning="The checks show that the package is as its key signed it. They do not show that its findings are right."
    >
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
    </VerdictBanner>
  );
}
