import { IconSearch } from "@tabler/icons-react";

import { runCommand } from "../../commands.ts";
import { keyLabel } from "../../keys.ts";
import { useSession } from "../../state/session.ts";

export function TitleBar() {
  const caseState = useSession((session) => session.caseState);
  const title = caseState ? caseState.details.title || caseState.label : null;
  return (
    <header className="title-bar">
      <span className="brand">Assay</span>
      <span className="separator" />
      {caseState ? (
        <>
          <span className="medium ellipsis" title={title ?? undefined}>
            {title}
          </span>
          <span className="text-3 ellipsis" title={caseState.details.caseId}>
            {caseState.details.caseId}
          </span>
        </>
      ) : (
        <span className="text-2">No case open</span>
      )}
      <button type="button" className="find" onClick={() => runCommand("view.palette")}>
        <IconSearch size={14} aria-hidden />
        <span className="grow ellipsis">Command or screen</span>
        <kbd>{keyLabel("mod+k")}</kbd>
      </button>
    </header>
  );
}
