import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";

import { rulesOfCase } from "../detection/after-import.ts";
import { checkRules } from "../detection/check-rules.ts";
import { detectsOnImport, muteRule, setDetectsOnImport } from "../detection/detection-settings.ts";
import { readDetections } from "../detection/detection-store.ts";
import { explainMatch } from "../detection/explain.ts";
import { explainAlert, readFittedRules } from "../detection/explain-alert.ts";
import { readAlertEvents, readAlertPrincipals, readDetectionFlags, readHitEvents } from "../detection/fired-events.ts";
import { navigatorLayer } from "../detection/navigator-layer.ts";
import { readOwnRules, saveOwnRules } from "../detection/own-rules.ts";
import { runRules, tryRules } from "../detection/run-rules.ts";
import { present } from "../model/assert.ts";
import { Problem } from "../model/problem.ts";
import { readEvents } from "../timeline/rows.ts";
import { type OwnRules, type detectionOperations } from "./detection-contract.ts";
import { type Handlers } from "./server.ts";
import { type Workbench } from "./workbench.ts";

/** A list of alerts is read by a person; a correlation with more of them is to be narrowed. */
const LISTED_ALERTS = 500;

/** What rules say about events, one line each. */
export function detectionHandlers(bench: Workbench): Pick<Handlers, keyof typeof detectionOperations> {
  const session = () => bench.current.session;
  const caseFile = () => session().caseFile;
  const readListed = () => readDetections(caseFile(), LISTED_ALERTS);
  const ownRules = async (): Promise<OwnRules> => ({
    files: await readOwnRules(caseFile()),
    onImport: await detectsOnImport(caseFile()),
  });
  return {
    "detection.read": readListed,
    "detection.run": async (_, { signal, progress }) => {
      await bench.during({ signal, onProgress: progress }, async (work) =>
        runRules(session(), await rulesOfCase(session()), work),
      );
      return present(await readListed(), "a run was just stored");
    },
    "detection.events": async (asked) => {
      const found =
        "rule" in asked
          ? await readHitEvents(caseFile(), asked.rule, asked)
          : await readAlertEvents(caseFile(), asked.alert, asked);
      return readEvents(caseFile(), found);
    },
    "detection.principals": () => readAlertPrincipals(caseFile()),
    "detection.explain": ({ rule, seq }) => explainMatch(caseFile(), rule, seq),
    "detection.explainAlert": ({ alert }) => explainAlert(caseFile(), alert),
    "detection.fittedRules": ({ alert, seqs }) => readFittedRules(caseFile(), alert, seqs),
    "detection.mute": async ({ rule, reason }) => {
      await muteRule(session(), rule, reason);
      return readListed();
    },
    "detection.flags": () => readDetectionFlags(caseFile()),
    "detection.ownRules": ownRules,
    "detection.saveRules": async (file) => {
      await saveOwnRules(session(), [file]);
      return ownRules();
    },
    "detection.setOnImport": async ({ on }) => {
      await setDetectsOnImport(session(), on);
      return ownRules();
    },
    "detection.try": async ({ count, ...file }, { signal }) => {
      if (count) return tryRules(caseFile(), [file], signal);
      const { rejected } = await checkRules(caseFile(), [file]);
      return { rejected, counts: [], unmappedFields: [] };
    },
    "detection.exportLayer": async ({ grant }) => {
      const path = bench.take(grant);
      const state = await readDetections(caseFile());
      if (!state)
        throw new Problem("usage", "not-run", "exporting a layer: expected rules that were run, found no run");
      const text = `${JSON.stringify(navigatorLayer(caseFile().folder.label, state), null, 2)}\n`;
      await writeFile(path, text);
      const sha256 = createHash("sha256").update(text).digest("hex");
      const object = { id: "navigator-layer", label: basename(path), bytes: Buffer.byteLength(text), sha256 };
      await session().custody.append({ action: "export.written", object });
      return { sha256 };
    },
  };
}
