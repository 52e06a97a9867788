import cytoscape from "cytoscape";
import { useMantineColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";

import { type IdentityGraph as Graph } from "../../../core/model/identity.ts";
import { count } from "../../ui/format.ts";
import { BOX, layOut } from "./graph-layout.ts";
import { KIND_WORDS, linkVerb, shortName } from "./identity-words.ts";
import { select, useIdentities } from "./identities-state.ts";

const LABEL_LENGTH = 24;

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
        position: { ...(places.get(id) ?? { x: 0, y: 0 }) },
      })),
      edges: graph.edges.map((link) => ({
        data: {
          id: link.id,
          source: link.from.id,
          target: link.to.id,
          text: `${linkVerb(link)}, ${count(link.events)}`,
        },
        classes: `${link.state} ${link.confidence === "W" ? "weak" : ""} ${link.id === selectedLink ? "chosen" : ""}`,
      })),
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
          "curve-style": "bezier",
          label: "data(text)",
          "font-size": 9,
          color: colour("text-2"),
          "text-background-color": colour("surface"),
          "text-background-opacity": 1,
          "text-background-padding": "2px",
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
    ],
  });
  picture.on("tap", "node", (event: cytoscape.EventObjectNode) => select(event.target.id()));
  picture.on("tap", "edge", (event: cytoscape.EventObjectEdge) =>
    useIdentities.setState({ selectedLink: event.target.id(), reason: "" }),
  );
  return picture;
}

function cut(label: string): string {
  return label.length > LABEL_LENGTH ? `${label.slice(0, LABEL_LENGTH - 1)}…` : label;
}
