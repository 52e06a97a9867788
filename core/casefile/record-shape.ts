import { RecordShapeKernel } from "./record-shape-kernel.ts";
import { recordShapeByBytes, type RecordShape } from "./record-shape-reference.ts";

let kernel: RecordShapeKernel | undefined;

/** The shape of the record from `start` to before `end`. */
export function recordShape(bytes: Uint8Array, start: number, end: number): RecordShape {
  kernel ??= new RecordShapeKernel();
  return kernel.shapeOf(bytes, start, end) ?? recordShapeByBytes(bytes, start, end);
}

/** A record that is suspect or unfinished. */
export interface OddRecord extends RecordShape {
  readonly position: number;
}

/**
 * The odd ones of lines that follow each other, each from its bound to before the LF ahead of the next bound; the last may
 * have none.
 */
export function oddRecords(bytes: Uint8Array, bounds: Uint32Array): readonly OddRecord[] {
  kernel ??= new RecordShapeKernel();
  const odd: OddRecord[] = [];
  const add = (position: number, shape: RecordShape): void => {
    if (shape.isSuspect || shape.isUnfinished) odd.push({ position, ...shape });
  };
  for (let first = 0; first < bounds.length - 1;) {
    const count = kernel.shapesOf(bytes, bounds, first, add);
    if (count === 0) add(first, recordShapeByBytes(bytes, bounds[first] ?? 0, (bounds[first + 1] ?? 0) - 1));
    first += Math.max(count, 1);
  }
  return odd;
}
