import { Button } from "@mantine/core";

import { type InterruptedImport } from "../../../core/model/interrupted-import.ts";
import { chooseAndFinishImport, discardImport, finishImport } from "../../state/evidence-acts.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { Fields } from "../../ui/fields.tsx";
import { bytes, counted, moment } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";

/** The import of the open case that was interrupted, or null. */
export function useInterruptedImport(): InterruptedImport | null {
  const isAsked = useSession(({ caseState }) => caseState !== null);
  const revision = useSession((session) => session.revision);
  const answer = shown(useAsk("import.interrupted", isAsked ? undefined : "wait", revision));
  return isAsked ? (answer ?? null) : null;
}

/** Tells of an import that ended with its process, and offers to finish it or to undo it. */
export function InterruptedImportPanel({ interrupted }: { readonly interrupted: InterruptedImport }) {
  const { label, byteLength, receivedAt, source, present } = interrupted;
  return (
    <section className="panel" aria-label="Interrupted import">
      <div className="panel-head">
        <h2>An import was not finished</h2>
        <span className="aside">it was interrupted before all of its records were loaded</span>
      </div>
      <div className="panel-body column" style={{ gap: 12 }}>
        <Fields
          rows={[
            ["Evidence", <b className="medium">{label}</b>],
            ["Size", bytes(byteLength)],
            ["Begun", `${moment(receivedAt)} UTC, read as ${source}`],
            ["Loaded so far", progressOf(interrupted)],
            ["Visible of it", "nothing: no row, search, finding or report of this case knows of it"],
          ]}
        />
        <Notice tone="limits">
          {present
            ? "Finishing gives what an import that was never interrupted gives; what is loaded is not loaded again."
            : "The evidence no longer lies where it was read from: to finish the import, choose where it lies now."}{" "}
          Undoing takes back what is loaded; the evidence itself is not touched. You can also leave it as it is, but
          importing anything else undoes it.
        </Notice>
        <div className="row">
          {present ? (
            <Button variant="filled" onClick={() => void finishImport(null, label)}>
              Finish the import
            </Button>
          ) : (
            <>
              <Button variant="filled" onClick={() => void chooseAndFinishImport("files")}>
                Choose the file and finish
              </Button>
              <Button onClick={() => void chooseAndFinishImport("folder")}>Choose the folder and finish</Button>
            </>
          )}
          <Button onClick={() => void discardImport()}>Undo the import</Button>
        </div>
      </div>
    </section>
  );
}

function progressOf({ records, files, loadedBytes }: InterruptedImport): string {
  if (files === 0) return "nothing yet";
  return `${counted(records, "record")} of ${counted(files, "file")}, ${bytes(loadedBytes)} unpacked`;
}
