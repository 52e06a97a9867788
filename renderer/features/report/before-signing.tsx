import { IconCheck, IconInfoCircle, IconPencil } from "@tabler/icons-react";

import { sectionNumber } from "../../../core/model/case-details.ts";
import { type MissingItem, type ReportModel } from "../../../core/model/report.ts";
import { showScreen, useSession } from "../../state/session.ts";
import { counted } from "../../ui/format.ts";
import { OctagonXIcon } from "../../ui/icons.tsx";

const NO_DIARY = { endorsed: false, altered: false };

/** What a human must still give. A report without it is a DRAFT on every page. */
export function BeforeSigning({ model }: { readonly model: ReportModel }) {
  const { endorsed, altered } = useSession((session) => session.caseState?.custody) ?? NO_DIARY;
  const { missing } = model;
  const sections = [...new Set(missing.map(({ section }) => section))];
  return (
    <section aria-label="Before signing">
      <div className="panel-head">
        <h2>Before signing</h2>
        <span className="end size-12">
          {missing.length === 0 ? "nothing is missing" : `${counted(missing.length, "item")} missing`}
        </span>
      </div>
      <ul className="sign-list">
        {sections.map((section) => (
          <li key={section} className="wanting">
            <IconPencil size={14} aria-hidden />
            <span>
              <button type="button" className="link" onClick={() => showScreen(screenOf(section))}>
                Section {section}
              </button>
              <br />
              {linesOf(missing.filter((item) => item.section === section)).map((line) => (
                <b key={line} className="medium">
                  {line}
                </b>
              ))}
            </span>
          </li>
        ))}
        {missing.length === 0 && (
          <li>
            <IconCheck size={14} aria-hidden />
            Everything a human must give is there
          </li>
        )}
        {altered && (
          <li>
            <OctagonXIcon size={14} />
            The diary was changed outside of Assay; the report says so
          </li>
        )}
        {!endorsed && (
          <li>
            <IconInfoCircle size={14} aria-hidden />
            This session’s diary entries are not endorsed by the examiner’s key; the report says so
          </li>
        )}
        <li>
          <IconInfoCircle size={14} aria-hidden />
          Signed by the clock of this computer; a time stamp can be added to the package later, under Package
        </li>
      </ul>
    </section>
  );
}

/** What is empty in one line, and a line for each phrase to put differently. */
function linesOf(items: readonly MissingItem[]): readonly string[] {
  const texts = (wording: boolean) =>
    items.filter((item) => (item.wording ?? false) === wording).map(({ what }) => what);
  return [texts(false).join("; "), ...texts(true)].filter((line) => line !== "");
}

function screenOf(section: string): "findings" | "case" {
  return section.startsWith(`${sectionNumber("findings")} `) ? "findings" : "case";
}
