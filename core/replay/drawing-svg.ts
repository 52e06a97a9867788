import { type Drawing, type DrawingShape } from "../model/drawing.ts";
import style from "./assets/drawing.css?raw";

/** The rules of style for drawings in a page; colours follow `--ink`, `--quiet`, `--line`, `--paper` and `--accent` where they are set. */
export const DRAWING_STYLE = style;

/** A drawing as SVG for a page with {@link DRAWING_STYLE}. Texts are escaped. The same drawing gives the same text. */
export function drawingSvg({ width, height, alt, shapes }: Drawing): string {
  return `<svg class="drawing" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(alt)}">${shapes.map(shapeSvg).join("")}</svg>`;
}

function shapeSvg(shape: DrawingShape): string {
  switch (shape.kind) {
    case "box":
      return `<rect class="${shape.tone} ${shape.fill}" x="${shape.x}" y="${shape.y}" width="${shape.width}" height="${shape.height}" rx="${shape.radius}"/>`;
    case "line":
      return `<path class="${shape.tone}${shape.dashed ? " dashed" : ""}" d="${shape.path}"/>`;
    case "source":
      return `<rect class="source" x="${shape.x}" y="${shape.y}" width="3" height="${shape.height}"/>`;
    case "text": {
      const classes = [shape.tone, shape.strong && "heavy", shape.inverse && "inverse"].filter(Boolean).join(" ");
      const anchor = shape.anchor === "middle" ? ' text-anchor="middle"' : "";
      return `<text class="${classes}" x="${shape.x}" y="${shape.y}" font-size="${shape.size}"${anchor}>${escapeXml(shape.text)}</text>`;
    }
  }
}

/** Text for element content and quoted attributes of XML and HTML. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
