import { create } from "zustand";

import {
  type AlertExplanation,
  type CorrelationAlert,
  type DetectionState,
  type RuleHits,
} from "../../core/model/detection.ts";
import { type Progress } from "../../core/model/progress.ts";
import { ask, shell } from "../case-client.ts";
import { attempt } from "./acts.ts";
import { changeDraft, useFindings } from "./finding-draft.ts";
import { showScreen, useSession } from "./session.ts";

export type AlertView = "alerts" | "techniques" | "rules";
export type AlertGrouping = "level" | "rule" | "principal" | "time";

/** One line of the list: what a rule hit, or one alert of a correlation. */
export type AlertEntry =
  | { readonly kind: "hits"; readonly key: string; readonly hits: RuleHits }
  | { readonly kind: "alert"; readonly key: string; readonly hits: CorrelationAlert };

interface AlertsStore {
  readonly view: AlertView;
  readonly grouping: AlertGrouping;
  readonly showMuted: boolean;
  /** A technique that the list is narrowed to. */
  readonly technique: string | null;
  readonly selected: string | null;
  readonly running: RunningRules | null;
  /** The file of rules that is edited; null is the first. */
  readonly ruleFile: string | null;
  /** Texts of files that were changed and not kept in the case, by name. */
  readonly ruleDrafts: ReadonlyMap<string, string>;
}

/** A run of the rules that is going on. */
export interface RunningRules {
  readonly progress: Progress | null;
  readonly startedAt: number;
  readonly cancel: () => void;
}

/** What belongs to one case. */
const OF_CASE = { technique: null, selected: null, ruleFile: null, ruleDrafts: new Map() } as const;

export const useAlerts = create<AlertsStore>(() => ({
  ...OF_CASE,
  view: "alerts",
  grouping: "level",
  showMuted: false,
  running: null,
}));

/** Follows the open case: what was chosen and written in one means nothing in another. */
export function followAlerts(): void {
  useSession.subscribe(({ caseState }, before) => {
    if (caseState?.label !== before.caseState?.label) useAlerts.setState(OF_CASE);
  });
}

/** Remembers the text of a file of rules until it is kept in the case. */
export function changeRuleDraft(file: string, text: string): void {
  useAlerts.setState(({ ruleDrafts }) => ({ ruleDrafts: new Map(ruleDrafts).set(file, text) }));
}

/** Keeps the draft of a file in the case under a name; an empty text takes the file out of it. */
export function keepRules(draft: string, file: string, text: string): Promise<void> {
  return attempt("keeping the rules", async () => {
    await ask("detection.saveRules", { file, text });
    useAlerts.setState(({ ruleDrafts }) => ({
      ruleDrafts: new Map([...ruleDrafts].filter(([name]) => name !== draft)),
      ruleFile: text === "" ? null : file,
    }));
    useSession.setState((session) => ({ revision: session.revision + 1 }));
  });
}

/** Everything that fired, rules before correlations. */
export function entriesOf({ hits, correlations }: DetectionState): readonly AlertEntry[] {
  return [
    ...hits.map((hit): AlertEntry => ({ kind: "hits", key: `rule:${hit.rule}`, hits: hit })),
    ...correlations.map((alert): AlertEntry => ({ kind: "alert", key: `alert:${alert.alert}`, hits: alert })),
  ];
}

/** Runs the rules of the case; the screen shows how far it is. */
export function runDetection(): Promise<void> {
  return attempt("running the rules", async () => {
    const controller = new AbortController();
    const running = { startedAt: performance.now(), cancel: () => controller.abort() };
    useAlerts.setState({ running: { ...running, progress: null } });
    try {
      await ask("detection.run", undefined, {
        signal: controller.signal,
        onProgress: (progress) => useAlerts.setState({ running: { ...running, progress } }),
      });
      useSession.setState((session) => ({ revision: session.revision + 1 }));
    } finally {
      useAlerts.setState({ running: null });
    }
  });
}

/** More events than this are not cited by one finding; the rule's name leads to the others. */
const CITED_EVENTS = 200;

/** Starts a finding of class tool result that cites the events and names the rule. */
export function promote({ kind, hits }: AlertEntry): Promise<void> {
  return attempt("starting a finding", async () => {
    const asked = kind === "hits" ? { rule: hits.rule } : { alert: hits.alert };
    const events = await ask("detection.events", { ...asked, start: 0, count: CITED_EVENTS });
    const reason = kind === "alert" ? await ask("detection.explainAlert", { alert: hits.alert }) : null;
    const group = kind === "alert" ? Object.entries(hits.group).map(([name, value]) => `${name} ${value}`) : [];
    useFindings.setState({ draft: null });
    changeDraft({
      title: hits.title,
      statement: `The rule "${hits.title}" matched ${hits.count} recorded events${group.length > 0 ? ` (${group.join(", ")})` : ""}.`,
      class: "tool-result",
      events: citedEvents(
        events.map(({ seq }) => seq),
        reason,
      ),
      basis: `Rule ${hits.rule}, version ${hits.version || "not given"}, SHA-256 ${hits.hash}; author ${hits.author || "not given"}, licence ${hits.license || "not given"}.${reason ? ` ${reasonText(reason)}` : ""}`,
      uncertainty: hits.falsePositives.join("; "),
    });
    showScreen("findings");
  });
}

/** The first events, and those by which a correlation was first met. */
function citedEvents(seqs: readonly number[], reason: AlertExplanation | null): readonly number[] {
  if (!reason) return seqs;
  const { first, last, parts } = reason;
  const met = [first.seq, ...parts.flatMap(({ stage }) => stage?.seq ?? []), last.seq];
  return [...new Set([...seqs.slice(0, Math.max(0, CITED_EVENTS - met.length)), ...met])];
}

function reasonText({ asked, met, first, last }: AlertExplanation): string {
  return `It asks for ${asked}; first met by ${met}, record ${first.seq} (${first.time}) to record ${last.seq} (${last.time}).`;
}

/** Saves a layer for the ATT&CK Navigator where the examiner says. */
export function exportLayer(): Promise<void> {
  return attempt("exporting the layer", async () => {
    const target = await shell.chooseTarget("export", "attack-layer.json");
    if (target) await ask("detection.exportLayer", { grant: target.grant });
  });
}
