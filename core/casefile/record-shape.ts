import { RecordShapeKernel } from "./record-shape-kernel.ts";
import { recordShapeByBytes, type RecordShape } from "./record-shape-reference.ts";

let kernel: RecordShapeKernel | undefined;

/** The shape of the record from `start` to before `end`. */
export function recordShape(bytes: Uint8Array, start: number, end: number): RecordShape {
  kernel ??= new RecordShapeKernel();
  return kernel.shapeOf(bytes, start, end) ?? recordShapeByBytes(bytes, start, end);
}
