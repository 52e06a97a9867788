import { Buffer } from "node:buffer";

import { attack } from "./attack.ts";
import { background } from "./background.ts";
import { customers } from "./cast.ts";
import { BREACH, DAY, HOUR, SEGMENTS, SEGMENT_HOURS, START_MS } from "./clock.ts";
import { Random } from "../../core/selftest/random.ts";
import { type Draft, type Json } from "./records.ts";

/** The sample's events as JSON lines, one list for each segment of the log. */
export function generateBreach(): readonly (readonly string[])[] {
  const random = new Random(20_260_914);
  const shoppers = customers(random, 1_400);
  const drafts = [...background(random, shoppers), ...attack(random, shoppers)]
    .filter((draft) => draft.timeMs >= 0 && draft.timeMs < 3 * DAY)
    .sort((left, right) => left.timeMs - right.timeMs);
  const numbers = new Map<Draft["node"], number>();
  const stretches: string[][] = Array.from({ length: SEGMENTS }, () => []);
  for (const draft of drafts) {
    const number = (numbers.get(draft.node) ?? 0) + 1;
    numbers.set(draft.node, number);
    stretches[Math.floor(draft.timeMs / (SEGMENT_HOURS * HOUR))]?.push(line(draft, number, random));
  }
  return stretches;
}

function line(draft: Draft, number: number, random: Random): string {
  return JSON.stringify({
    time: START_MS + draft.timeMs,
    metadata: {
      version: "1.3.0",
      uid: `${draft.node}-${String(number).padStart(6, "0")}`,
      product: { name: "Parcel platform", vendor_name: "Marrowbridge Parcels" },
    },
    ...withoutSwitchedOffDigests(draft),
    salt: Buffer.from(random.bytes(16)).toString("base64url"),
  });
}

/** Between the two changes of the audit settings the platform takes no digests of responses. */
function withoutSwitchedOffDigests({ timeMs, body }: Draft): Readonly<Record<string, Json>> {
  const { unmapped, ...rest } = body;
  if (unmapped === undefined || timeMs <= BREACH.auditChanged || timeMs > BREACH.auditRestored) return body;
  const kept = Object.entries(unmapped as Record<string, Json>) // records.ts only ever makes an object of it
    .filter(([name]) => name !== "response_sha256");
  return kept.length === 0 ? rest : { ...rest, unmapped: Object.fromEntries(kept) };
}
