import "./drawing-view.css";

import { type Drawing, type DrawingShape } from "../../core/model/drawing.ts";
import { laneStyle } from "./lane.ts";

interface DrawingViewProps {
  readonly drawing: Drawing;
  /** Ids of the exhibits of the case, whose positions give their colours; without them they are not told apart. */
  readonly exhibits?: readonly string[];
}

/** A drawing of core, in the colours of the window. */
export function DrawingView({ drawing, exhibits = [] }: DrawingViewProps) {
  return (
    <svg className="drawing" viewBox={`0 0 ${drawing.width} ${drawing.height}`} role="img" aria-label={drawing.alt}>
      {drawing.shapes.map((shape, index) => (
        <Shape key={index} shape={shape} exhibits={exhibits} />
      ))}
    </svg>
  );
}

function Shape({ shape, exhibits }: { readonly shape: DrawingShape; readonly exhibits: readonly string[] }) {
  switch (shape.kind) {
    case "box": {
      const { x, y, width, height, radius, tone, fill } = shape;
      return <rect className={`${tone} ${fill}`} x={x} y={y} width={width} height={height} rx={radius} />;
    }
    case "line":
      return <path className={`${shape.tone}${shape.dashed ? " dashed" : ""}`} d={shape.path} />;
    case "source": {
      const style = laneStyle(exhibits.indexOf(shape.exhibit));
      return <rect className="source" style={style} x={shape.x} y={shape.y} width={3} height={shape.height} />;
    }
    case "text": {
      const { x, y, size, anchor, tone, strong, inverse } = shape;
      const name = `${tone}${strong ? " heavy" : ""}${inverse ? " inverse" : ""}`;
      return (
        <text className={name} x={x} y={y} fontSize={size} textAnchor={anchor}>
          {shape.text}
        </text>
      );
    }
  }
}
