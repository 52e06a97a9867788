import { type PackageView } from "../../../core/model/findings-package.ts";
import { type Check, type VerificationFinding } from "../../../core/model/verdict.ts";
import { Compare } from "../../ui/digest.tsx";
import { count } from "../../ui/format.ts";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";

/** Findings drawn one by one. */
const SHOWN_FINDINGS = 100;

/** Every check of the package, and what it found. */
export function PackageChecks({ view: { checks, findings } }: { readonly view: PackageView }) {
  return (
    <>
      <table className="table size-12" aria-label="Checks of the package">
        <thead>
          <tr>
            <th scope="col">Check</th>
            <th scope="col">Result</th>
            <th scope="col" className="right">
              Checked, failed
            </th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {checks.map((check) => (
            <CheckRow key={check.name} check={check} />
          ))}
        </tbody>
      </table>
      {findings.length > 0 && (
        <div className="panel-body column" style={{ gap: 10 }}>
          <h2 className="label">What the checks found, {count(findings.length)}</h2>
          {findings.slice(0, SHOWN_FINDINGS).map((finding, index) => (
            <Fault key={`${finding.code}-${index}`} finding={finding} />
          ))}
          {findings.length > SHOWN_FINDINGS && (
            <p className="size-12 text-2">
              and {count(findings.length - SHOWN_FINDINGS)} more: “assay verify-package --json” lists all
            </p>
          )}
        </div>
      )}
    </>
  );
}

function CheckRow({ check: { name, note, checked, failed, verdict } }: { readonly check: Check }) {
  const words = name.replaceAll("-", " ");
  return (
    <tr>
      <td className="medium package-check">{words.charAt(0).toUpperCase() + words.slice(1)}</td>
      <td className="package-note">{note}</td>
      <td className="right number">
        {count(checked)}, {count(failed)}
      </td>
      <td>
        <VerdictBadge bare verdict={verdict} />
      </td>
    </tr>
  );
}

function Fault({ finding }: { readonly finding: VerificationFinding }) {
  return (
    <article className="finding-detail">
      <div className="row">
        <p className="grow">{finding.message}</p>
        <VerdictBadge bare verdict={finding.verdict} />
      </div>
      <Compare expected={finding.expected} found={finding.found} />
      <p className="size-12 text-3">
        {finding.where.file} <span className="mono">{finding.code}</span>
      </p>
    </article>
  );
}
