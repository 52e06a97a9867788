import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useDeferredValue } from "react";

import { chooseEntry, useCustody, useDiaryRevision } from "../../state/custody.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { counted } from "../../ui/format.ts";
import { Failed } from "../../ui/states.tsx";
import { Journal } from "./journal.tsx";

/** Every act of the case in its order; it is also the undo history. */
export function ActionLog() {
  const revision = useDiaryRevision();
  const { chosen, words } = useCustody();
  const asked = useDeferredValue(words.trim());
  const first = useAsk("custody.list", { start: 0, count: 1, words: asked }, revision);
  if (first.state === "failed") {
    return <Failed doing="reading the diary" failure={first.failure} safe="The diary on the disk is unchanged." />;
  }
  const read = shown(first);
  const total = read?.total ?? 0;
  return (
    <>
      <div className="custody-filter">
        <TextInput
          id="custody-filter"
          aria-label="Filter the action log"
          placeholder="Filter: a word of an action, a name, a note"
          leftSection={<IconSearch size={14} aria-hidden />}
          rightSection={<kbd>/</kbd>}
          value={words}
          maxLength={200}
          onChange={(event) => useCustody.setState({ words: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === "Escape") useCustody.setState({ words: "" });
          }}
        />
        <p className="size-12 text-2" role="status">
          {read ? sumOf(read.total, asked) : "Reading the diary."}
        </p>
      </div>
      {read?.total === 0 && asked !== "" ? (
        <p className="panel-body size-12 text-2">No entry has these words. Escape in the field shows all of them.</p>
      ) : (
        <Journal
          key={asked}
          total={total}
          words={asked}
          revision={revision}
          chosen={chosen?.seq ?? null}
          onChoose={chooseEntry}
        />
      )}
    </>
  );
}

function sumOf(total: number, asked: string): string {
  const found = counted(total, "entry", "entries");
  return asked === "" ? `${found}; undo and redo are entries, too.` : `${found} with these words.`;
}
