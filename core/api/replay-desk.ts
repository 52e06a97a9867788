import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";

import { setFrame } from "../replay/frames.ts";
import { playerPage } from "../replay/html-player.ts";
import { readReplay } from "../replay/read-replay.ts";
import { type replayOperations } from "./replay-contract.ts";
import { type Handlers } from "./server.ts";
import { type Workbench } from "./workbench.ts";

/** The replay of the open case: read, and exported as a page. */
export function replayHandlers(bench: Workbench): Pick<Handlers, keyof typeof replayOperations> {
  return {
    "replay.read": () => readReplay(bench.current.session.caseFile),
    "replay.frame": async ({ seq, present }) => {
      await setFrame(bench.current.session, seq, present);
      return null;
    },
    "replay.export": async ({ grant }) => {
      const path = bench.take(grant);
      const { caseFile, custody } = bench.current.session;
      const script = await readReplay(caseFile);
      const { title } = await caseFile.details();
      const page = playerPage(script, `Replay: ${title || caseFile.folder.label}`);
      const sha256 = createHash("sha256").update(page).digest("hex");
      const bytes = Buffer.byteLength(page);
      await custody.append({
        action: "replay.exported",
        object: { id: "replay", label: basename(path), bytes, sha256 },
        result: { steps: script.steps.length },
      });
      await writeFile(path, page);
      return { sha256, steps: script.steps.length };
    },
  };
}
