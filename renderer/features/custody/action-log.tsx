import { chooseEntry, useCustody } from "../../state/custody.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { counted } from "../../ui/format.ts";
import { Failed } from "../../ui/states.tsx";
import { Journal } from "./journal.tsx";

/** Every act of the case in its order; it is also the undo history. */
export function ActionLog() {
  const revision = useSession((session) => session.revision);
  const chosen = useCustody((state) => state.chosen);
  const first = useAsk("custody.list", { start: 0, count: 1 }, revision);
  if (first.state === "failed") {
    return <Failed doing="reading the diary" failure={first.failure} safe="The diary on the disk is unchanged." />;
  }
  const total = shown(first)?.total ?? 0;
  return (
    <>
      <p className="custody-note">
        {counted(total, "entry", "entries")}, hash-chained and signed; undo and redo are entries, too.
      </p>
      <Journal total={total} revision={revision} chosen={chosen?.seq ?? null} onChoose={chooseEntry} />
    </>
  );
}
