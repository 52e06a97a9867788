import { readFindings } from "../findings/finding-table.ts";
import { addFinding, updateFinding, withdrawFinding } from "../findings/finding-store.ts";
import { readEventDetail } from "../timeline/event-detail.ts";
import { type HomeState } from "./contract.ts";
import { custodyHandlers } from "./custody-desk.ts";
import { detectionHandlers } from "./detection-desk.ts";
import { EvidenceDesk } from "./evidence-desk.ts";
import { type WorkerHost } from "./host.ts";
import { IdentityDesk, identityHandlers } from "./identity-desk.ts";
import { ReportDesk } from "./report-desk.ts";
import { ImportDesk, importHandlers } from "./import-desk.ts";
import { exportHandlers } from "./export-desk.ts";
import { packageHandlers } from "./package-desk.ts";
import { keysHandlers } from "./keys-desk.ts";
import { type Emit, type Handlers } from "./server.ts";
import { replayHandlers } from "./replay-desk.ts";
import { timelineHandlers } from "./timeline-desk.ts";
import { triageHandlers } from "./triage-desk.ts";
import { trustHandlers } from "./trust-desk.ts";
import { verificationHandlers } from "./verification-handlers.ts";
import { Workbench } from "./workbench.ts";

/** The application as one worker serves it: its operations, its events, and how to end it. */
export interface Application {
  readonly handlers: Handlers;
  /** Lets a window hear of changes. @returns how to stop. */
  subscribe(emit: Emit): () => void;
  /** Closes the open case. */
  close(): Promise<void>;
}

/** Everything the windows can ask for, one line each: the table of contents of the application. */
export function createHandlers(host: WorkerHost): Application {
  const bench = new Workbench(host);
  const evidence = new EvidenceDesk(bench);
  const imports = new ImportDesk(bench);
  const identities = new IdentityDesk(bench);
  const report = new ReportDesk(bench, identities);
  const caseFile = () => bench.current.session.caseFile;

  const handlers: Handlers = {
    "home.read": () => bench.readHome(),
    "home.forgetRecent": ({ id }) => bench.forgetRecent(id),
    "examiner.create": ({ name, passphrase }) => bench.createExaminer(name, passphrase),
    "examiner.unlock": ({ passphrase }) => bench.unlockExaminer(passphrase),

    "case.create": ({ grant }) => bench.createCase(bench.take(grant)),
    "case.open": (input) =>
      "grant" in input ? bench.openCase(bench.take(input.grant)) : bench.openRecent(input.recent),
    "case.openSample": ({ reset }, call) => evidence.openSample(reset, longWork(call)),
    "case.read": () => bench.readCase(),
    "case.setDetails": ({ details }) => bench.setDetails(details),
    "case.close": async (): Promise<HomeState> => {
      await bench.closeCase();
      return bench.readHome();
    },

    "evidence.verify": ({ grant }, call) => evidence.verify(bench.take(grant), longWork(call)),
    "evidence.import": (input, call) => {
      if ("grant" in input) return evidence.import(bench.take(input.grant), longWork(call));
      return evidence.import(imports.pathOf(input.look), longWork(call), input.mapping);
    },
    "evidence.reverify": ({ exhibit }, call) => evidence.reverify(exhibit, longWork(call)),
    "evidence.saveReport": ({ exhibit, grant }) => evidence.verifications.saveExhibit(exhibit, bench.take(grant)),
    "evidence.saveLast": ({ grant }) => evidence.verifications.saveLast(bench.take(grant)),

    ...trustHandlers(bench),
    ...verificationHandlers(bench, evidence.verifications),
    ...importHandlers(imports, evidence, bench),
    ...timelineHandlers(bench, (query, signal) => identities.prepare(query, signal)),
    ...triageHandlers(bench),
    ...identityHandlers(bench, identities),
    ...detectionHandlers(bench),
    ...replayHandlers(bench),
    ...keysHandlers(bench),
    ...packageHandlers(bench),
    ...exportHandlers(bench),
    ...custodyHandlers(bench),

    "event.read": ({ seq }) => readEventDetail(caseFile(), seq),
    "event.prove": ({ seq }) => evidence.prove(seq),

    "finding.list": () => readFindings(caseFile()),
    "finding.add": ({ finding }) => addFinding(bench.current.session, finding),
    "finding.update": ({ id, finding }) => updateFinding(bench.current.session, id, finding),
    "finding.withdraw": ({ id, reason }) => withdrawFinding(bench.current.session, id, reason),

    "report.preview": (_, call) => report.preview(longWork(call)),
    "report.export": ({ grant, ...choices }, call) => report.export(bench.take(grant), choices, longWork(call)),
  };

  return {
    handlers,
    subscribe: (emit) => bench.subscribe(emit),
    close: () => bench.closeCase(),
  };
}

function longWork<Reported>(call: { readonly signal: AbortSignal; readonly progress: (value: Reported) => void }) {
  return { signal: call.signal, onProgress: call.progress };
}
