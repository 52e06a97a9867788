import { Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { create } from "zustand";

import { type Grant } from "../../../electron/shell-contract.ts";
import { shell } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { compareCopies } from "../../state/verify-acts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";

interface CopiesChoice {
  readonly open: boolean;
  readonly chosen: readonly Grant[];
}

/** Which copies are to be compared; the command table opens the question. */
export const useCopiesChoice = create<CopiesChoice>(() => ({ open: false, chosen: [] }));

const close = () => useCopiesChoice.setState({ open: false, chosen: [] });

/** Asks for two or more copies of one log: replicas, or exports of different days. */
export function CopiesDialog() {
  const { open, chosen } = useCopiesChoice();
  const add = (kind: "files" | "folder") =>
    attempt("choosing copies", async () => {
      const more = await shell.chooseEvidence(kind);
      useCopiesChoice.setState(({ chosen: before }) => ({ chosen: [...before, ...more] }));
    });
  const drop = (grant: string) =>
    useCopiesChoice.setState(({ chosen: before }) => ({ chosen: before.filter((copy) => copy.grant !== grant) }));
  const compare = () => {
    close();
    void compareCopies(chosen);
  };
  return (
    <Dialog opened={open} onClose={close} title="Compare copies of one log" width={560}>
      <div className="column" style={{ gap: 12 }}>
        <Notice tone="info">
          Replicas from several places, or exports of different days. Each is verified; then they are compared by what
          their log signed: whether they are one history, and which copy holds which records as they were logged.
        </Notice>
        <ol className="copies-chosen" aria-label="Copies">
          {chosen.map(({ grant, label }, position) => (
            <li key={grant} className="row">
              <span className="number text-3">{position + 1}</span>
              <span className="grow ellipsis">{label}</span>
              <button type="button" aria-label={`Leave out copy ${position + 1}, ${label}`} onClick={() => drop(grant)}>
                <IconX size={14} aria-hidden />
              </button>
            </li>
          ))}
        </ol>
        <div className="row">
          <Button onClick={() => void add("files")}>Add files</Button>
          <Button onClick={() => void add("folder")}>Add folder</Button>
          <span className="grow" />
          <Button variant="filled" disabled={chosen.length < 2} onClick={compare}>
            Compare
          </Button>
        </div>
        {chosen.length < 2 && <p className="size-12 text-2">Comparing waits for two copies or more.</p>}
      </div>
    </Dialog>
  );
}
