import { der } from "./der.ts";

/** One element of DER (X.690): its tag, what it holds, and all of its bytes. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Certificates nest a dozen levels of a few kilobytes; three bytes of length are sixteen megabytes. */
const MAX_LENGTH_BYTES = 3;
/** Several times as deep as signed data with certificates in it. */
const MAX_DEPTH = 64;
const CONSTRUCTED = 0x20;

/** The one element that is the whole input; undefined for anything else. */
export function readDer(bytes: Uint8Array): DerElement | undefined {
  const [element, ...more] = readDerSequence(bytes) ?? [];
  return more.length === 0 ? element : undefined;
}

/** Whether these bytes are one element whose parts, as deep as they are constructed, have the lengths that DER demands. */
export function isDer(bytes: Uint8Array): boolean {
  const element = readDer(bytes);
  return element !== undefined && hasDerParts(element, MAX_DEPTH);
}

function hasDerParts({ tag, content }: DerElement, depth: number): boolean {
  if ((tag & CONSTRUCTED) === 0) return true;
  if (depth === 0) return false;
  return readDerSequence(content)?.every((part) => hasDerParts(part, depth - 1)) ?? false;
}

/** The elements that stand in a row in these bytes, to the last byte; undefined when they are not DER. */
function readDerSequence(bytes: Uint8Array): readonly DerElement[] | undefined {
  const elements: DerElement[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const element = elementAt(bytes, offset);
    if (element === undefined) return undefined;
    elements.push(element);
    offset += element.bytes.length;
  }
  return elements;
}

/** What an element of this tag holds, as a row of elements; undefined for an element of another tag, or none. */
export function derMembers(element: DerElement | undefined, tag: number): readonly DerElement[] | undefined {
  return element?.tag === tag ? readDerSequence(element.content) : undefined;
}

function elementAt(bytes: Uint8Array, offset: number): DerElement | undefined {
  const [tag, short] = bytes.subarray(offset, offset + 2);
  if (tag === undefined || short === undefined) return undefined;
  const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
  // 0x80 alone is the indefinite length of BER.
  if (short === 0x80 || lengthBytes > MAX_LENGTH_BYTES) return undefined;
  const start = offset + 2 + lengthBytes;
  const digits = bytes.subarray(offset + 2, start);
  const length = lengthBytes === 0 ? short : digits.reduce((sum, byte) => sum * 256 + byte, 0);
  // X.690 §10.1: the shortest form.
  if (lengthBytes > 0 && (length < 0x80 || digits[0] === 0)) return undefined;
  const content = bytes.subarray(start, start + length);
  return content.length === length ? { tag, content, bytes: bytes.subarray(offset, start + length) } : undefined;
}

/** An element with other members in place of its own. */
export function withDerMembers({ tag }: DerElement, members: readonly DerElement[]): Uint8Array<ArrayBuffer> {
  return der(tag, ...members.map(({ bytes }) => bytes));
}
