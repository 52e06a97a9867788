import { Button, Menu, TextInput } from "@mantine/core";
import { IconBookmark, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { z } from "zod";

import { instant } from "../../../core/model/time.ts";
import { type SavedView } from "../../../core/model/triage.ts";
import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { useSession } from "../../state/session.ts";
import { useTimeline, type TimelineView } from "../../state/timeline.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { Dialog } from "../../ui/dialog.tsx";

const bound = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .transform((text) => instant(BigInt(text)));

/** What a view keeps: the question, its pins and its range of time, its order and its columns. */
const viewShape = z.object({
  query: z.string(),
  pins: z.array(z.string()),
  range: z.object({ from: bound, to: bound }).nullable().default(null),
  hideLogRecords: z.boolean(),
  foldCopies: z.boolean(),
  foldActivities: z.boolean(),
  sort: z.object({ field: z.string(), descending: z.boolean() }).nullable(),
  columns: z.array(z.object({ id: z.string(), width: z.number() })).min(1),
});

/** Saved views of the case: one click asks their question again. */
export function ViewsMenu() {
  const revision = useSession((session) => session.revision);
  const views = shown(useAsk("view.list", undefined, revision)) ?? [];
  const [naming, setNaming] = useState(false);
  return (
    <>
      <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <button type="button" className="quiet-act">
            <IconBookmark size={14} aria-hidden />
            Views
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.length === 0 && <Menu.Label>No view is saved in this case</Menu.Label>}
          {views.map((view) => (
            <div key={view.name} className="row" role="none">
              <Menu.Item fz="sm" onClick={() => openView(view)}>
                {view.name}
              </Menu.Item>
              <Menu.Item
                fz="sm"
                w="auto"
                aria-label={`Remove the view ${view.name}`}
                onClick={() => void removeView(view.name)}
              >
                <IconX size={12} aria-hidden />
              </Menu.Item>
            </div>
          ))}
          <Menu.Divider />
          <Menu.Item fz="sm" onClick={() => setNaming(true)}>
            Save this view…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NameDialog opened={naming} onClose={() => setNaming(false)} />
    </>
  );
}

function removeView(name: string): Promise<void> {
  return attempt("removing the view", async () => {
    await ask("view.remove", { name });
  });
}

function contentOf(view: TimelineView): string {
  const { query, pins, range, hideLogRecords, foldCopies, foldActivities, sort, columns } = view;
  const bounds = range && { from: range.from.toString(), to: range.to.toString() };
  return JSON.stringify({ query, pins, range: bounds, hideLogRecords, foldCopies, foldActivities, sort, columns });
}

function openView({ content }: SavedView): void {
  const read = viewShape.safeParse(JSON.parse(content));
  if (!read.success) return;
  useTimeline.setState({ ...read.data, draft: read.data.query, groupBy: null, focusRow: 0, anchorRow: 0 });
}

function NameDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const save = () =>
    attempt("saving the view", async () => {
      await ask("view.save", { name, content: contentOf(useTimeline.getState()) });
      setName("");
      onClose();
    });
  return (
    <Dialog opened={opened} onClose={onClose} title="Save this view" width={380}>
      <form
        className="column"
        style={{ gap: 12 }}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") void save();
        }}
      >
        <TextInput
          label="Name"
          description="Query, pins, time, order and columns; one of the same name is replaced"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button variant="filled" type="submit" disabled={name.trim() === ""}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
