import { IconFile, IconX } from "@tabler/icons-react";

import { type Grant } from "../../electron/shell-contract.ts";

interface ChosenFileProps {
  readonly file: Grant;
  readonly onDrop: () => void;
}

/** A file that was chosen, until it is used or left out again. */
export function ChosenFile({ file, onDrop }: ChosenFileProps) {
  return (
    <div className="row">
      <IconFile size={14} aria-hidden />
      <b className="medium grow ellipsis">{file.label}</b>
      <button type="button" aria-label={`Do not use ${file.label}`} onClick={onDrop}>
        <IconX size={14} aria-hidden />
      </button>
    </div>
  );
}
