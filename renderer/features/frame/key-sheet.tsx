import { COMMAND_GROUPS } from "../../command.ts";
import { commands } from "../../commands.ts";
import { keyLabel } from "../../keys.ts";
import { keysOf } from "../../state/key-bindings.ts";
import { useSession } from "../../state/session.ts";
import { Dialog } from "../../ui/dialog.tsx";

/** All keys, from the command table. */
export function KeySheet() {
  const open = useSession((session) => session.helpOpen);
  return (
    <Dialog opened={open} onClose={() => useSession.setState({ helpOpen: false })} title="All keys" width={720}>
      <div style={{ columns: 2, columnGap: 32 }}>
        {COMMAND_GROUPS.map((group) => (
          <section key={group} style={{ breakInside: "avoid-column", marginBottom: 12 }}>
            <h3 className="label">{group}</h3>
            <dl>
              {commands
                .filter((command) => command.group === group && keysOf(command).length > 0)
                .map((command) => (
                  <div key={command.id} className="row" style={{ height: 24 }}>
                    <dt className="grow ellipsis size-12">{command.title}</dt>
                    <dd className="row" style={{ gap: 4 }}>
                      {keysOf(command).map((key) => (
                        <kbd key={key}>{keyLabel(key)}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
