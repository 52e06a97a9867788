import { moduleBytes } from "../bundle/wasm-code.ts";
import {
  BOUNDS_AT,
  IS_SUSPECT,
  IS_UNFINISHED,
  MAX_TEXT_BYTES,
  PAGES,
  RECORDS_TOGETHER,
  shapesFunction,
  TEXT_AT,
} from "./record-shape-code.ts";
import { type RecordShape } from "./record-shape-reference.ts";

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly shapes: (bound: number, lastBound: number, base: number) => void;
}

/**
 * record-shape-reference.ts as WebAssembly, which looks at sixteen bytes of a string at a time and at many records a call. An
 * import asks it of every record (bench/README.md).
 */
export class RecordShapeKernel {
  readonly #exports: Exports;
  readonly #bytes: Uint8Array;
  readonly #bounds: Uint32Array;

  constructor() {
    const module = new WebAssembly.Module(moduleBytes([shapesFunction()], PAGES));
    // What `moduleBytes` exports.
    this.#exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    this.#bytes = new Uint8Array(this.#exports.memory.buffer);
    this.#bounds = new Uint32Array(this.#exports.memory.buffer, BOUNDS_AT, RECORDS_TOGETHER + 1);
  }

  /** What `recordShapeByBytes` gives; undefined for a record that is too long. */
  shapeOf(bytes: Uint8Array, start: number, end: number): RecordShape | undefined {
    if (end - start > MAX_TEXT_BYTES) return undefined;
    this.#bounds[0] = start;
    this.#bounds[1] = end + 1;
    this.#run(bytes, start, end, 1);
    return shapeByFlags(this.#bounds[0]);
  }

  /**
   * Looks at records that follow each other, from the one at `first` on, each from its bound to a byte before the next: how
   * many it looked at, which is none when the first is too long. Tells `onOdd` of those of which anything is true. Precondition:
   * the byte between two records is an LF.
   */
  shapesOf(
    bytes: Uint8Array,
    bounds: Uint32Array,
    first: number,
    onOdd: (position: number, shape: RecordShape) => void,
  ): number {
    const start = bounds[first] ?? 0;
    const most = Math.min(bounds.length - 1 - first, RECORDS_TOGETHER);
    let count = 0;
    while (count < most && (bounds[first + count + 1] ?? 0) - 1 - start <= MAX_TEXT_BYTES) count += 1;
    if (count === 0) return 0;
    this.#bounds.set(bounds.subarray(first, first + count + 1));
    this.#run(bytes, start, (bounds[first + count] ?? 0) - 1, count);
    for (let at = 0; at < count; at += 1) {
      const flags = this.#bounds[at] ?? 0;
      if (flags !== 0) onOdd(first + at, shapeByFlags(flags));
    }
    return count;
  }

  #run(bytes: Uint8Array, start: number, end: number, count: number): void {
    // The view that a buffer gives of its part costs twice as much.
    this.#bytes.set(new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start), TEXT_AT);
    this.#exports.shapes(BOUNDS_AT, BOUNDS_AT + count * this.#bounds.BYTES_PER_ELEMENT, TEXT_AT - start);
  }
}

function shapeByFlags(flags: number): RecordShape {
  return { isSuspect: (flags & IS_SUSPECT) !== 0, isUnfinished: (flags & IS_UNFINISHED) !== 0 };
}
