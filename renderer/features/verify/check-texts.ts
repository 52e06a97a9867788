import { type Check, type VerificationFinding } from "../../../core/model/verdict.ts";

interface CheckTexts {
  readonly label: string;
  readonly what: string;
  readonly how: string;
}

/** What a person reads about each check; names are the verifier's (docs/verdicts.md). */
const TEXTS: Readonly<Record<string, CheckTexts>> = {
  container: {
    label: "Container and names",
    what: "The archive or folder itself: names, sizes, links, duplicates.",
    how: "Nothing is unpacked by its own name; limits on count, size and ratio are applied before reading.",
  },
};

/** The texts of a check; an unknown name is shown as it is, in words. */
export function textsOf(name: string): CheckTexts {
  const label = name.replaceAll("-", " ");
  return (
    TEXTS[name] ?? {
      label: label.charAt(0).toUpperCase() + label.slice(1),
      what: "See docs/verdicts.md under this name.",
      how: "See docs/verdicts.md under this name.",
    }
  );
}

/** The check a finding belongs to. */
export function checkOfFinding(finding: VerificationFinding, checks: readonly Check[]): string | undefined {
  return checks.find((check) => finding.code.startsWith(check.name))?.name;
}
