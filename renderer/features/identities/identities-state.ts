import { create } from "zustand";

import { type IdentityLink, type Principal } from "../../../core/model/identity.ts";
import { type Progress } from "../../../core/model/progress.ts";
import { type Failure } from "../../../core/api/failure.ts";
import { formatInstant, instant } from "../../../core/model/time.ts";
import { ask, failureOf, isCancelled } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { showScreen, useSession } from "../../state/session.ts";
import { clearQuery, fragment, submitQuery, useTimeline } from "../../state/timeline.ts";

/** How far bringing identities up to date has come. */
export type Resolution =
  | { readonly state: "idle" }
  | { readonly state: "working"; readonly progress: Progress | null; readonly startedAt: number }
  | { readonly state: "stopped" }
  | { readonly state: "failed"; readonly failure: Failure };

interface IdentitiesView {
  readonly text: string;
  readonly scope: "accounts" | "all";
  /** What the list shows, in its order. */
  readonly listed: readonly Principal[];
  readonly selected: string | null;
  /** When the selection was seen first; null when no event of it is dated. */
  readonly selectedFirst: bigint | null;
  /** Links of the card, in the order of its table. */
  readonly links: readonly IdentityLink[];
  readonly selectedLink: string | null;
  readonly picture: "graph" | "table";
  readonly reason: string;
  readonly resolution: Resolution;
  /** Said once to those who do not see the change. */
  readonly said: string;
}

const FRESH = {
  text: "",
  scope: "accounts",
  listed: [],
  selected: null,
  selectedFirst: null,
  links: [],
  selectedLink: null,
  picture: "graph",
  reason: "",
  resolution: { state: "idle" },
  said: "",
} as const;

/** View state of the identities; who acted is the worker's to say. */
export const useIdentities = create<IdentitiesView>(() => FRESH);

export const REASON_FIELD = "identity-reason";

/** Who acted in one case says nothing of another. */
export function followIdentities(): void {
  useSession.subscribe(({ caseState }, before) => {
    if (caseState?.label !== before.caseState?.label) useIdentities.setState(FRESH);
  });
}

let stopResolving: (() => void) | undefined;

/** Brings identities up to the evidence and the decisions, with progress. */
export async function resolve(): Promise<void> {
  if (useIdentities.getState().resolution.state === "working") return;
  const controller = new AbortController();
  stopResolving = () => controller.abort();
  useIdentities.setState({ resolution: { state: "working", progress: null, startedAt: performance.now() } });
  try {
    await ask("identity.resolve", undefined, {
      signal: controller.signal,
      onProgress: (progress) =>
        useIdentities.setState(({ resolution }) =>
          resolution.state === "working" ? { resolution: { ...resolution, progress } } : {},
        ),
    });
    useIdentities.setState({ resolution: { state: "idle" } });
  } catch (error) {
    useIdentities.setState({
      resolution: isCancelled(error) ? { state: "stopped" } : { state: "failed", failure: failureOf(error) },
    });
  }
}

export function cancelResolving(): void {
  stopResolving?.();
}

export function select(id: string): void {
  useIdentities.setState({ selected: id, selectedLink: null, reason: "" });
}

/** Moves the selection of the list. */
export function moveSelection(step: number): void {
  const { listed, selected } = useIdentities.getState();
  const at = listed.findIndex(({ id }) => id === selected);
  const next = listed[Math.max(0, Math.min(listed.length - 1, at + step))];
  if (!next) return;
  select(next.id);
  document.getElementById(`identity-${next.id}`)?.scrollIntoView({ block: "nearest" });
}

/** Moves the selection of the links. */
export function moveLink(step: number): void {
  const { links, selectedLink } = useIdentities.getState();
  const at = links.findIndex(({ id }) => id === selectedLink);
  const next = links[Math.max(0, Math.min(links.length - 1, at + step))];
  if (!next) return;
  useIdentities.setState({ selectedLink: next.id, reason: "" });
  document.getElementById(`link-${next.id}`)?.scrollIntoView({ block: "nearest" });
}

/** The link that is shown and decided on: the selected one, or else the first that is open. */
export function shownLink({ selectedLink, links }: Pick<IdentitiesView, "selectedLink" | "links">): string | null {
  return selectedLink ?? links.find(({ state }) => state === "open")?.id ?? null;
}

/** Decides on the link that is shown; without a reason the field for it takes the focus. */
export async function decideOnLink(verdict: "accept" | "reject"): Promise<void> {
  const view = useIdentities.getState();
  const { reason } = view;
  const link = shownLink(view);
  if (link === null) return;
  if (reason.trim() === "") {
    document.getElementById(REASON_FIELD)?.focus();
    return;
  }
  await attempt(`${verdict}ing the link`, async () => {
    await ask("identity.decide", { verdict, link, reason });
    useIdentities.setState({ reason: "", said: `link ${verdict}ed` });
  });
}

/** Takes a name off its principal. */
export function splitName(name: string, reason: string): Promise<void> {
  return attempt("splitting the identity", async () => {
    await ask("identity.decide", { verdict: "split", name, reason });
    useIdentities.setState({ said: "name split off" });
  });
}

/** Makes one of two principals. */
export function mergeWith(name: string, other: string, reason: string): Promise<void> {
  return attempt("merging the identities", async () => {
    await ask("identity.decide", { verdict: "merge", name, other, reason });
    useIdentities.setState({ said: "identities merged" });
  });
}

/** Everything that the selection and what it held did, on the timeline. */
export function showEvents(id: string | null = useIdentities.getState().selected): void {
  if (id !== null) showOnTimeline(fragment("identity", id));
}

/** Everything that could be acted through from the first event of the selection on. */
export function showReach(): void {
  const { selected, selectedFirst: first } = useIdentities.getState();
  if (selected === null) return;
  const since = first === null ? "" : `@${formatInstant(instant(first))}`;
  showOnTimeline(fragment("reach", `${selected}${since}`));
}

/** Everything that could be acted through from an event on, by what the event was done with. */
export function showReachOf(seq: number): void {
  showOnTimeline(fragment("reach", String(seq)));
}

/** The card of an identity. */
export function showCard(id: string): void {
  select(id);
  showScreen("identities");
}

/** The events that are evidence of a link, on the timeline. */
export function showEvidence(link: IdentityLink): void {
  showOnTimeline(fragment("evidence", link.id));
}

function showOnTimeline(query: string): void {
  clearQuery();
  useTimeline.setState({ draft: query });
  submitQuery();
  showScreen("timeline");
}
