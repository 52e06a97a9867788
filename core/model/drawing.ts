/** How a shape is drawn: as usual, held back, of the step that is told, or of a record that was changed. */
export const DRAWING_TONES = ["plain", "quiet", "now", "altered"] as const;
export type DrawingTone = (typeof DRAWING_TONES)[number];

/** What fills a box: nothing, a tint, or the colour of its edge, on which text is light. */
export const DRAWING_FILLS = ["none", "weak", "strong"] as const;
export type DrawingFill = (typeof DRAWING_FILLS)[number];

/** Lengths count in the units of the drawing, from its upper left corner. */
export type DrawingShape =
  | {
      readonly kind: "box";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      /** Of its corners. */
      readonly radius: number;
      readonly tone: DrawingTone;
      readonly fill: DrawingFill;
    }
  | {
      readonly kind: "line";
      /** An SVG path of M, L and C with absolute places. */
      readonly path: string;
      readonly tone: DrawingTone;
      readonly dashed: boolean;
    }
  | {
      readonly kind: "text";
      readonly x: number;
      /** The line the letters stand on. */
      readonly y: number;
      readonly size: number;
      readonly text: string;
      /** There is no room for more than this; longer text is cut where it can be measured. */
      readonly width: number;
      readonly anchor: "start" | "middle";
      readonly tone: DrawingTone;
      readonly strong: boolean;
      /** It stands in a box with a strong fill. */
      readonly inverse: boolean;
    }
  | {
      readonly kind: "source";
      readonly x: number;
      readonly y: number;
      readonly height: number;
      /** The exhibit whose colour marks what stands beside it. */
      readonly exhibit: string;
    };

/** A picture as plain data: the window and pages draw it as SVG, the PDF as lines and words. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** What it shows, in words. */
  readonly alt: string;
  readonly shapes: readonly DrawingShape[];
}

/** The width of a letter as a share of its size, for cutting text where letters cannot be measured. */
const LETTER = { plain: 0.62, strong: 0.68 } as const;

interface TextOptions {
  readonly size: number;
  readonly width: number;
  readonly anchor?: "start" | "middle";
  readonly tone?: DrawingTone;
  readonly strong?: boolean;
  readonly inverse?: boolean;
}

/** Names built from parts share their beginning; the end is what tells them apart. */
const BUILT_FROM_PARTS = /[/:]/;

/**
 * Text that begins, or has its middle, at a place. What is too long for its width is cut with an ellipsis: an ARN or a path
 * keeps its end, anything else its beginning.
 */
export function drawnText(said: string, x: number, y: number, options: TextOptions): DrawingShape {
  const { size, width, anchor = "start", tone = "plain", strong = false, inverse = false } = options;
  const letters = Math.max(2, Math.floor(width / (size * LETTER[strong ? "strong" : "plain"])));
  const cut = BUILT_FROM_PARTS.test(said) ? `…${said.slice(1 - letters)}` : `${said.slice(0, letters - 1)}…`;
  const text = said.length > letters ? cut : said;
  return { kind: "text", x, y, size, text, width, anchor, tone, strong, inverse };
}
