import { type Container } from "../bundle/container.ts";
import { type LongWork } from "../model/progress.ts";

/** How an import tells how far it is: bytes of the phase it is in, records over all of them. */
export interface ImportProgress {
  /** Without a total, all of the container is read. */
  readonly onBytes: (phase: string, bytesTotal?: number) => (byteLength: number) => void;
  onRecords(records: number): void;
}

/** Progress over the members of a container. */
export function progressOf(container: Container, { onProgress }: LongWork): ImportProgress {
  const all = container.members.reduce((sum, member) => sum + member.byteLength, 0);
  let records = 0;
  return {
    onBytes(phase, bytesTotal = all) {
      let bytesDone = 0;
      return (byteLength) => {
        bytesDone += byteLength;
        onProgress?.({ phase, bytesDone, bytesTotal, records });
      };
    },
    onRecords(more) {
      records += more;
    },
  };
}
