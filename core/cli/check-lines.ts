import { type Check, type VerificationFinding } from "../model/verdict.ts";

/** One line of text for a check. */
export function describeCheck({ name, verdict, checked, failed, note }: Check): string {
  const count = failed > 0 ? `${failed} of ${checked} failed` : checked > 0 ? String(checked) : "";
  return `  ${verdict.padEnd(14)} ${name.padEnd(14)} ${count}${count === "" ? "" : ": "}${note}`;
}

/** One line of text for a finding, with its place and its code. */
export function describeFinding({ verdict, code, message, where }: VerificationFinding): string {
  const { file, line, offset } = where;
  const place = [
    file,
    line === undefined ? undefined : `line ${line}`,
    offset === undefined ? undefined : `byte ${offset}`,
  ].filter((part) => part !== undefined);
  return `! ${verdict}: ${message}${place.length > 0 ? ` (${place.join(", ")})` : ""} [${code}]`;
}
