import { type DetectionState, type FiredRule } from "../model/detection.ts";
import { techniqueOf } from "./attack.ts";

/** A layer of the ATT&CK Navigator (layer file format 4.5): a score for each technique, which is the events that rules found for it. */
export interface NavigatorLayer {
  readonly name: string;
  /** The format asks for the least Navigator that reads it, too. */
  readonly versions: { readonly attack: "19"; readonly navigator: "4.9.0"; readonly layer: "4.5" };
  readonly domain: "enterprise-attack";
  readonly description: string;
  readonly techniques: readonly { readonly techniqueID: string; readonly score: number; readonly comment: string }[];
  readonly gradient: { readonly colors: readonly string[]; readonly minValue: number; readonly maxValue: number };
}

/** The layer of a run; muted rules are left out. */
export function navigatorLayer(name: string, { hits, correlations, ranAt }: DetectionState): NavigatorLayer {
  const scores = new Map<string, { score: number; titles: Set<string> }>();
  const fired: readonly (FiredRule & { readonly count: number })[] = [...hits, ...correlations];
  for (const rule of fired.filter(({ muted }) => muted === "")) {
    for (const tag of rule.tags) {
      const technique = techniqueOf(tag);
      if (technique === undefined) continue;
      const known = scores.get(technique) ?? { score: 0, titles: new Set() };
      known.titles.add(rule.title);
      scores.set(technique, { score: known.score + rule.count, titles: known.titles });
    }
  }
  const techniques = [...scores]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([techniqueID, { score, titles }]) => ({ techniqueID, score, comment: [...titles].join("; ") }));
  return {
    name,
    versions: { attack: "19", navigator: "4.9.0", layer: "4.5" },
    domain: "enterprise-attack",
    description: `Rules run by Assay at ${ranAt}. A score counts events; it says nothing about what happened.`,
    techniques,
    gradient: {
      colors: ["#dbe4ff", "#3b5bdb"],
      minValue: 0,
      maxValue: Math.max(1, ...techniques.map(({ score }) => score)),
    },
  };
}
