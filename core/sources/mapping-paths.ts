import { pathsOfRule } from "./field-path.ts";
import { type FieldPath, type Mapping } from "./source.ts";

/** Every path that a mapping reads. */
export function mappingPaths(mapping: Mapping): readonly FieldPath[] {
  return [
    ...mapping.time.from,
    ...(mapping.recordedAt?.from ?? []),
    ...Object.values(mapping.texts).flatMap((rules) => rules.flatMap(pathsOfRule)),
    ...mapping.outcomes.map((rule) => rule.path),
    ...(mapping.traits ?? []),
  ];
}
