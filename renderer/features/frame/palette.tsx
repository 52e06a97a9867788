import { Spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

import { COMMAND_GROUPS } from "../../command.ts";
import { commands } from "../../commands.ts";
import { keyLabel } from "../../keys.ts";
import { keysOf } from "../../state/key-bindings.ts";
import { useSession } from "../../state/session.ts";

/** Every command of the table that can be run now. */
export function Palette() {
  const session = useSession();
  // What can be done now is looked at whenever the palette opens.
  const [, setOpened] = useState(0);
  const actions = COMMAND_GROUPS.map((group) => ({
    group,
    actions: commands
      .filter((command) => command.group === group && command.blocked(session) === null)
      .map((command) => ({
        id: command.id,
        label: command.title,
        onClick: () => command.run(),
        rightSection: keyHint(keysOf(command)[0]),
      })),
  }));
  return (
    <Spotlight
      actions={actions}
      shortcut={null}
      onSpotlightOpen={() => setOpened((times) => times + 1)}
      nothingFound="No command has these words"
      scrollable
      attributes={{ content: { "aria-label": "Command palette" } }}
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      maxHeight={420}
      shadow="none"
      overlayProps={{ blur: 0, backgroundOpacity: 0.5 }}
      transitionProps={{ duration: 0 }}
      searchProps={{
        leftSection: <IconSearch size={16} aria-hidden />,
        placeholder: "Command or screen",
        "aria-label": "Command or screen",
      }}
    />
  );
}

function keyHint(key: string | undefined) {
  return key === undefined ? null : <kbd>{keyLabel(key)}</kbd>;
}
