import { create } from "zustand";

import { type PackageExtra } from "../../core/model/findings-package.ts";

/** How a package leaves the case: one file, a folder that can be time-stamped later, or a file only recipients can open. */
export type PackageForm = "zip" | "folder" | "encrypted";

interface PackageChoices {
  readonly form: PackageForm;
  /** age recipients, as they were typed: one a line. */
  readonly recipients: string;
  /** Why the content of a cited record is left out, by its item; empty while the reason is still to be given. */
  readonly withheld: Readonly<Record<string, string>>;
  readonly extras: readonly PackageExtra[];
  /** Why phrases that the wording check marks are kept; empty while none is. */
  readonly wordingKept: string;
}

const NONE: PackageChoices = { form: "zip", recipients: "", withheld: {}, extras: [], wordingKept: "" };

/** What is chosen for the next package of the open case. */
export const usePackageChoices = create<PackageChoices>(() => NONE);

export function resetPackageChoices(): void {
  usePackageChoices.setState(NONE);
}

/** Leaves the content of a record out for a reason, or for null puts it in again. */
export function withhold(item: string, reason: string | null): void {
  usePackageChoices.setState(({ withheld }) => {
    const others = Object.entries(withheld).filter(([other]) => other !== item);
    return { withheld: Object.fromEntries(reason === null ? others : [...others, [item, reason]]) };
  });
}

export function chooseExtra(extra: PackageExtra, chosen: boolean): void {
  usePackageChoices.setState(({ extras }) => {
    const others = extras.filter((other) => other !== extra);
    return { extras: chosen ? [...others, extra] : others };
  });
}

/** What exporting takes, and what it still waits for; one sentence each. */
export function packageRequest({ form, recipients, withheld, extras, wordingKept }: PackageChoices): {
  readonly wordingKept: string | null;
  readonly recipients: string[];
  readonly extras: PackageExtra[];
  readonly redactions: { readonly item: string; readonly reason: string }[];
  readonly waits: readonly string[];
} {
  const given = recipients
    .split(/\s+/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const redactions = Object.entries(withheld)
    .map(([item, reason]) => ({ item, reason: reason.trim() }))
    .sort((a, b) => (a.item < b.item ? -1 : 1));
  const unreasoned = redactions.filter(({ reason }) => reason === "").map(({ item }) => item);
  return {
    wordingKept: wordingKept.trim() || null,
    recipients: form === "encrypted" ? given : [],
    redactions,
    extras: [...extras],
    waits: [
      ...(form === "encrypted" && given.length === 0 ? ["a recipient to encrypt to"] : []),
      ...(unreasoned.length > 0 ? [`why ${unreasoned.join(", ")} is withheld`] : []),
    ],
  };
}

/** The end of the target's name for a form. */
export function extensionOf(form: PackageForm): string {
  switch (form) {
    case "zip":
      return ".zip";
    case "folder":
      return "";
    case "encrypted":
      return ".zip.age";
  }
}
