import { Button } from "@mantine/core";
import { IconFileDownload } from "@tabler/icons-react";

import { saveVerification } from "../../state/verify-acts.ts";

interface SaveReportProps {
  /** The exhibit whose verification is saved; without one it is that of what was checked last, also if it was refused. */
  readonly exhibit?: string;
  /** Where nothing else is to be done with what was checked. */
  readonly first?: boolean;
}

/** Saves a verification as PDF or JSON, as the name that is chosen says. */
export function SaveReport({ exhibit, first = false }: SaveReportProps) {
  return (
    <Button
      variant={first ? "filled" : "default"}
      leftSection={<IconFileDownload size={14} aria-hidden />}
      onClick={() => void saveVerification(exhibit ?? null)}
    >
      Save verification report
    </Button>
  );
}
