import cytoscape from "cytoscape";
import { useMantineColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";

import { type IdentityGraph as Graph, type IdentityLink } from "../../../core/model/identity.ts";
import { count, counted } from "../../ui/format.ts";
import { BOX, edgesOf, layOut, placeLabels, swingOf, type GraphEdge, type Point } from "./graph-layout.ts";
import { KIND_WORDS, linkVerb, shortName } from "./identity-words.ts";
import { select, useIdentities } from "./identities-state.ts";

const LABEL_LENGTH = 24;
/** Letters of a link's words that leave an arrow's label small. */
const VERB_LENGTH = 14;

interface IdentityGraphProps {
  readonly graph: Graph;
  readonly selected: string;
  readonly selectedLink: string | null;
}

/** The picture of the links; the table beside it has the same, for those who do not see or point. */
export function IdentityGraph({ graph, selected, selectedLink }: IdentityGraphProps) {
  const place = useRef<HTMLDivElement>(null);
  const { colorScheme } = useMantineColorScheme();
  useEffect(() => {
    const container = place.current;
    if (!container) return undefined;
    const picture = draw(container, graph, selected, selectedLink);
    return () => picture.destroy();
  }, [graph, selected, selectedLink, colorScheme]);
  return (
    <>
      {/* cytoscape puts a style sheet with this id into the page, which the page policy refuses, unless there is one. */}
      <span id="__________cytoscape_stylesheet" hidden />
      <div
        ref={place}
        className="identity-picture"
        role="img"
        aria-label={`Graph of ${count(graph.nodes.length)} identities and ${count(graph.edges.length)} links; the same links are in the table`}
      />
    </>
  );
}

function draw(container: HTMLElement, graph: Graph, selected: string, selectedLink: string | null): cytoscape.Core {
  const places = layOut(graph);
  const placeOf = (id: string) => places.get(id) ?? { x: 0, y: 0 };
  const boxes = [...places.values()];
  const edges = edgesOf(graph);
  const labels = placeLabels(
    edges.map((edge) => ({ id: idOf(edge), text: shortText(edge), from: placeOf(edge.from), to: placeOf(edge.to) })),
    boxes,
  );
  const colour = (token: string): string => getComputedStyle(container).getPropertyValue(`--${token}`).trim();
  const picture = cytoscape({
    container,
    layout: { name: "preset", fit: true, padding: 14 },
    autoungrabify: true,
    boxSelectionEnabled: false,
    minZoom: 0.3,
    maxZoom: 1.2,
    elements: {
      nodes: graph.nodes.map(({ id, label, kind, events }) => ({
        data: { id, text: `${cut(shortName(label))}\n${KIND_WORDS[kind]}, ${count(events)}` },
        classes: id === selected ? "chosen" : "",
        position: { ...placeOf(id) },
      })),
      edges: edges.map((edge) => {
        const offset = labels.get(idOf(edge));
        return {
          data: {
            id: idOf(edge),
            source: edge.from,
            target: edge.to,
            text: offset ? shortText(edge) : "",
            whole: edge.links.map(linkText).join("\n"),
            right: offset?.x ?? 0,
            down: offset?.y ?? 0,
            bend: bendOf(placeOf(edge.from), placeOf(edge.to), boxes),
          },
          classes: classesOf(edge, selectedLink),
        };
      }),
    },
    style: [
      {
        selector: "node",
        style: {
          shape: "rectangle",
          width: BOX.width,
          height: BOX.height,
          "background-color": colour("raised"),
          "border-width": 1,
          "border-color": colour("control"),
          label: "data(text)",
          color: colour("text"),
          "font-family": "Inter Variable, Inter, sans-serif",
          "font-size": 11,
          "text-wrap": "wrap",
          "text-valign": "center",
          "text-halign": "center",
        },
      },
      { selector: "node.chosen", style: { "border-color": colour("accent"), "border-width": 2 } },
      {
        selector: "edge",
        style: {
          width: 1.4,
          "line-color": colour("control"),
          "target-arrow-color": colour("control"),
          "target-arrow-shape": "triangle",
          "arrow-scale": 0.8,
          "curve-style": "straight",
          label: "data(text)",
          "text-margin-x": (edge: cytoscape.EdgeSingular) => Number(edge.data("right")),
          "text-margin-y": (edge: cytoscape.EdgeSingular) => Number(edge.data("down")),
          "text-wrap": "wrap",
          "font-family": "Inter Variable, Inter, sans-serif",
          "font-size": 10.5,
          color: colour("text-2"),
          "text-background-color": colour("surface"),
          "text-background-opacity": 1,
          "text-background-padding": "2px",
        },
      },
      {
        selector: "edge[bend != 0]",
        style: {
          "curve-style": "unbundled-bezier",
          "control-point-distances": "data(bend)",
          "control-point-weights": 0.5,
        },
      },
      {
        selector: "edge.weak",
        style: { "line-style": "dashed", "line-color": colour("accent"), "target-arrow-color": colour("accent") },
      },
      { selector: "edge.rejected", style: { "line-style": "dotted", "target-arrow-shape": "none" } },
      {
        selector: "edge.chosen",
        style: { width: 3, "line-color": colour("accent"), "target-arrow-color": colour("accent") },
      },
      {
        selector: "edge.chosen, edge.pointed",
        style: { label: "data(whole)", color: colour("text"), "z-index-compare": "manual", "z-index": 2 },
      },
    ],
  });
  picture.on("tap", "node", (event: cytoscape.EventObjectNode) => select(event.target.id()));
  picture.on("tap", "edge", (event: cytoscape.EventObjectEdge) => {
    const [link] = edges.find((edge) => idOf(edge) === event.target.id())?.links ?? [];
    if (link) useIdentities.setState({ selectedLink: link.id, reason: "" });
  });
  picture.on("mouseover", "edge", (event: cytoscape.EventObjectEdge) => void event.target.addClass("pointed"));
  picture.on("mouseout", "edge", (event: cytoscape.EventObjectEdge) => void event.target.removeClass("pointed"));
  return picture;
}

/** Names share their beginning more often than their end, so both are kept. */
function cut(label: string): string {
  const kept = (LABEL_LENGTH - 1) / 2;
  return label.length > LABEL_LENGTH ? `${label.slice(0, Math.floor(kept))}…${label.slice(-Math.ceil(kept))}` : label;
}

/** As cytoscape counts it: the distance of the control point, to the left of the edge; its ends stand off the line, too. */
function bendOf(from: Point, to: Point, boxes: readonly Point[]): number {
  return (from.y < to.y ? -1.45 : 1.45) * swingOf(from, to, boxes);
}

function idOf({ from, to }: GraphEdge): string {
  return `${from} ${to}`;
}

function linkText(link: IdentityLink): string {
  return `${linkVerb(link)}, ${counted(link.events, "event")}`;
}

/** What the arrow says at a glance: its link, or the rule of it where words are long, and on how many events. */
function shortText({ links }: GraphEdge): string {
  const [link] = links;
  if (links.length > 1) return counted(links.length, "link");
  const verb = linkVerb(link);
  return `${verb.length > VERB_LENGTH ? `rule ${link.rule}` : verb}, ${count(link.events)}`;
}

function classesOf({ links }: GraphEdge, selectedLink: string | null): string {
  return [
    links.every(({ confidence, state }) => confidence === "W" && state === "open") && "weak",
    links.every(({ state }) => state === "rejected") && "rejected",
    links.some(({ id }) => id === selectedLink) && "chosen",
  ]
    .filter(Boolean)
    .join(" ");
}
