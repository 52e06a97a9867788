import { type z } from "zod";

/** A setting of this window that outlives it; what is missing or no longer readable is the default. */
export function readStored<T>(key: string, shape: z.ZodType<T>, otherwise: T): T {
  const text = globalThis.localStorage?.getItem(key) ?? null;
  if (text === null) return otherwise;
  try {
    const read = shape.safeParse(JSON.parse(text));
    return read.success ? read.data : otherwise;
  } catch {
    return otherwise;
  }
}

/** Keeps a setting for the next start of the application. */
export function writeStored(key: string, value: unknown): void {
  writeForNow(key, value);
  void globalThis.window?.assay.keepSetting(key, JSON.stringify(value));
}

/** Keeps what a case is asked, only until the application ends. */
export function writeForNow(key: string, value: unknown): void {
  globalThis.localStorage?.setItem(key, JSON.stringify(value));
}
