import { Checkbox } from "@mantine/core";

import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";

/** Whether the rules of this case run after every import into it. */
export function OnImport() {
  const revision = useSession((session) => session.revision);
  const own = shown(useAsk("detection.ownRules", undefined, revision));
  return (
    <Checkbox
      size="xs"
      label="Run after every import"
      disabled={!own}
      checked={own?.onImport ?? false}
      onChange={(event) => {
        const on = event.currentTarget.checked;
        void attempt("setting the case", async () => {
          await ask("detection.setOnImport", { on });
          useSession.setState((session) => ({ revision: session.revision + 1 }));
        });
      }}
    />
  );
}
