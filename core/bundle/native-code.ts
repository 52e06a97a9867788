import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * What a C source of this project exports, by its name without an ending. Each is compiled where the application is built with
 * a C compiler at hand (docs/decisions/0015); undefined where it was not.
 */
export function nativeCode(name: string): unknown {
  const file = `${name}.node`;
  // Beside the built program, or in the checkout's dist when run from its sources.
  const places = [join(import.meta.dirname, file), join(import.meta.dirname, "..", "..", "dist", "node", file)];
  const found = places.find((place) => existsSync(place));
  return found === undefined ? undefined : createRequire(import.meta.url)(found);
}
