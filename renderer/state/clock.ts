import { create } from "zustand";
import { z } from "zod";

import { instant, NANOSECONDS_PER_SECOND, type Instant } from "../../core/model/time.ts";
import { type ClockOffset } from "../../core/model/triage.ts";
import { setCurrentZone, zoneNames } from "../ui/zone.ts";
import { readStored, writeStored } from "./stored.ts";

interface ClockView {
  readonly zone: string;
  /** The offsets that stand in the open case, by exhibit. */
  readonly offsets: ReadonlyMap<string, ClockOffset>;
  /** The clock dialog is open. */
  readonly open: boolean;
}

const KEY = "clock-zone";

/** The one clock of the window: a zone to show times in, and an offset per source. */
export const useClock = create<ClockView>(() => ({ zone: "UTC", offsets: new Map(), open: false }));

export function readStoredZone(): void {
  const zone = readStored(KEY, z.string(), "UTC");
  if (zoneNames().includes(zone)) setZone(zone);
}

export function setZone(zone: string): void {
  setCurrentZone(zone);
  writeStored(KEY, zone);
  useClock.setState({ zone });
}

/** A recorded time as the offset of its exhibit shows it. */
export function shownTime(time: Instant, exhibit: string): Instant {
  return instant(time + (useClock.getState().offsets.get(exhibit)?.nanoseconds ?? 0n));
}

/** "+7 min 02 s", "−250 ms", to the nanosecond */
export function offsetText(nanoseconds: bigint): string {
  return `${nanoseconds < 0n ? "−" : "+"}${exactLength(nanoseconds)}`;
}

/** "2 h 46 min 07.25 s": a length to the nanosecond. */
export function exactLength(nanoseconds: bigint): string {
  const length = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (length < 1_000_000n) return `${Number(length) / 1e3} µs`;
  if (length < NANOSECONDS_PER_SECOND) return `${Number(length) / 1e6} ms`;
  const minutes = length / (60n * NANOSECONDS_PER_SECOND);
  const seconds = String(Number(length % (60n * NANOSECONDS_PER_SECOND)) / 1e9);
  if (minutes === 0n) return `${seconds} s`;
  const hours = minutes < 60n ? "" : `${minutes / 60n} h `;
  return `${hours}${minutes % 60n} min ${/^\d(\.|$)/.test(seconds) ? "0" : ""}${seconds} s`;
}

/** "X-2 +7 min 02 s, median of pairs, 12 anchor pairs" */
export function offsetWords({ exhibit, nanoseconds, method, anchors }: ClockOffset): string {
  return `${exhibit} ${offsetText(nanoseconds)}, ${method}, ${anchorWords(anchors.length)}`;
}

/** "12 anchor pairs", "no anchor pairs" */
export function anchorWords(pairs: number): string {
  return pairs === 0 ? "no anchor pairs" : pairs === 1 ? "1 anchor pair" : `${pairs} anchor pairs`;
}

/** "3 min 25.4 s", "2 days 4 h", "12 µs" */
export function lengthText(nanoseconds: bigint): string {
  const length = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (length < 1_000_000n) return `${Number(length) / 1e3} µs`;
  const seconds = Number(length) / 1e9;
  if (seconds < 1) return `${Number((seconds * 1e3).toPrecision(6))} ms`;
  if (seconds < 60) return `${Number(seconds.toPrecision(6))} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
  if (minutes < 2_880) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(minutes / 1_440)} days ${Math.floor((minutes % 1_440) / 60)} h`;
}
