/**
 * The few DER forms (X.690) that signatures, keys and CMS are written with. Parsing arbitrary structures is left to
 * pkijs and asn1js; what is written here is canonical by construction.
 */

import { concatBytes } from "../encoding/bytes.ts";

export const SEQUENCE = 0x30;
export const SET = 0x31;

export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
const NULL = 0x05;
const OBJECT_IDENTIFIER = 0x06;

/** A tag, the shortest length (X.690 §10.1), and the content. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const content = concatBytes(...contents);
  const length: number[] = [];
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
  const head = content.length < 128 ? [tag, content.length] : [tag, 0x80 | length.length, ...length];
  return concatBytes(Uint8Array.from(head), content);
}

/** SET OF in ascending order of the encodings (X.690 §11.6). */
export function derSetOf(tag: number, members: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return der(tag, ...members.toSorted(compareBytes));
}

/** An INTEGER of a non-negative number given as big-endian bytes: shortest form, a zero byte before a set sign bit. */
export function derUnsigned(magnitude: Uint8Array): Uint8Array<ArrayBuffer> {
  const first = magnitude.findIndex((byte) => byte !== 0);
  const significant = first < 0 ? Uint8Array.of(0) : magnitude.subarray(first);
  const sign = (significant[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array();
  return der(INTEGER, sign, significant);
}

/** A small non-negative INTEGER. */
export function derInteger(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return derUnsigned(bytes);
}

export function derOctets(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return der(OCTET_STRING, bytes);
}

export function derNull(): Uint8Array<ArrayBuffer> {
  return der(NULL);
}

/** An OBJECT IDENTIFIER from dotted decimal (X.690 §8.19). Precondition: at least two arcs. */
export function derObjectIdentifier(dotted: string): Uint8Array<ArrayBuffer> {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const arcs = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128];
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) digits.unshift((high % 128) | 0x80);
    return digits;
  });
  return der(OBJECT_IDENTIFIER, Uint8Array.from(arcs));
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
