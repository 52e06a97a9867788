import { type ImportResult } from "../../core/model/exhibit.ts";
import { type Grant } from "../../electron/shell-contract.ts";
import { ask, shell } from "../case-client.ts";
import { attempt, makeCase, openCase, refreshCase, work, type WorkOptions } from "./acts.ts";
import { useIntake } from "./intake.ts";
import { askForMapping } from "./mapping.ts";
import { takePackage } from "./reader.ts";
import { useSession } from "./session.ts";

/** What is done with evidence that was chosen: imported, imported by a mapping that is written first, or only checked. */
type EvidenceMode = "import" | "map" | "verify";

export function chooseEvidence(kind: "files" | "folder", mode: EvidenceMode): Promise<void> {
  return attempt("choosing evidence", async () => takeEvidence(await shell.chooseEvidence(kind), mode));
}

/** Cases and packages are opened, evidence is brought into the open case (a new one is asked for first) or only checked. */
export async function takeEvidence(grants: readonly Grant[], mode: EvidenceMode): Promise<void> {
  for (const grant of grants) {
    if (grant.kind === "case") await attempt("opening the case", () => openCase({ grant: grant.grant }));
    else if (grant.kind === "package") await attempt("opening the package", () => takePackage(grant));
    else if (mode === "verify") await verifyOnly(grant);
    else await importEvidence(grant, mode === "map");
  }
}

/** Records that no source knows are shown first with a mapping to begin with, and so are all when it is asked for. */
async function importEvidence(grant: Grant, byHand: boolean): Promise<void> {
  const look = await ask("import.look", { grant: grant.grant });
  const mapping = look.mappable && (byHand || !look.source) ? await askForMapping(look) : null;
  if (mapping === undefined) return;
  if (!useSession.getState().caseState) await attempt("creating a case", () => makeCase(grant.label));
  if (!useSession.getState().caseState) return;
  const evidence = { look: look.look, ...(mapping !== null && { mapping }) };
  await workOnImport(grant.label, (options) => ask("evidence.import", evidence, options));
}

function workOnImport(label: string, run: (options: WorkOptions) => Promise<ImportResult>): Promise<void> {
  return work("import", label, async (signal, onProgress) => {
    const result = await run({ signal, onProgress });
    await refreshCase();
    useIntake.setState({ exhibit: result.exhibit });
    return { state: "imported", label, result };
  });
}

/** Goes on with the import that was interrupted; null takes the evidence from where it was read. */
export function finishImport(grant: string | null, label: string): Promise<void> {
  return workOnImport(label, (options) => ask("import.finish", { grant }, options));
}

/** The same of evidence that lies elsewhere now. */
export function chooseAndFinishImport(kind: "files" | "folder"): Promise<void> {
  return attempt("choosing evidence", async () => {
    const [chosen] = await shell.chooseEvidence(kind);
    if (chosen) await finishImport(chosen.grant, chosen.label);
  });
}

/** Takes back what an interrupted import left. */
export function discardImport(): Promise<void> {
  return attempt("undoing the import", async () => {
    await ask("import.discard", undefined);
    useIntake.setState({ intake: { state: "idle" } });
    await refreshCase();
  });
}

function verifyOnly(grant: Grant): Promise<void> {
  const started = performance.now();
  return work("verify", grant.label, async (signal, onProgress) => {
    const result = await ask("evidence.verify", { grant: grant.grant }, { signal, onProgress });
    return { state: "checked", label: grant.label, result, seconds: (performance.now() - started) / 1000 };
  });
}
