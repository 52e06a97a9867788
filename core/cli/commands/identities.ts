import { type Command } from "commander";

import { type CaseFile } from "../../casefile/case-file.ts";
import { openCase } from "../../casefile/open-case.ts";
import { integerOf } from "../../casefile/row.ts";
import { sql } from "../../casefile/sql.ts";
import { readEvidence, readLinks, type StoredLink } from "../../identity/link-table.ts";
import { readStored } from "../../identity/principal-table.ts";
import { resolveIdentities } from "../../identity/resolve.ts";
import { type Principal } from "../../model/identity.ts";
import { quote, throwIfCancelled } from "../../model/problem.ts";
import { formatInstant, instant } from "../../model/time.ts";
import { runs, textOption, type CommandIo } from "../command.ts";

const TABLE_LIMIT = 200;
/** Links that are held at once, and events of their evidence: fewer links where they have many. */
const LINK_BATCH = 50_000;
const EVIDENCE_BATCH = 500_000;
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** `assay identities`: who acted, by which rules, on which evidence. */
export function registerIdentities(program: Command): void {
  const command = program
    .command("identities")
    .description("list principals and the links between them; an account is not a person")
    .requiredOption("--case <folder>", "the case");
  runs(command, identities);
}

async function identities(io: CommandIo, options: Readonly<Record<string, unknown>>): Promise<void> {
  const caseFile = await openCase(io.path(textOption(options["case"]) ?? ""), { writable: false });
  try {
    await resolveIdentities(caseFile, io.work);
    if (io.json) await printDocument(io, caseFile);
    else await printTable(io, caseFile);
  } finally {
    await caseFile.close();
  }
}

/**
 * One document, written piece by piece: the evidence of all links is never held at once. Links that the analyst rejected,
 * or set aside with a name that was split off, are none.
 */
async function printDocument(io: CommandIo, caseFile: CaseFile): Promise<void> {
  const principals = await readStored(caseFile, sql`TRUE`, sql`p.events DESC, p.label, p.id`, NO_LIMIT);
  const shown = principals.map(({ principal }) => exportedPrincipal(principal));
  await io.write(`{"principals":${JSON.stringify(shown)},"links":[`);
  let separator = "";
  for (
    let from = 0, to = await nextLink(caseFile, 0);
    to !== undefined;
    from = to, to = await nextLink(caseFile, from)
  ) {
    throwIfCancelled(io.signal);
    const batch = sql`l.link >= ${from} AND l.link < ${to} AND l.state NOT IN ('rejected', 'set-aside')`;
    const links = await readLinks(caseFile, batch, NO_LIMIT);
    const evidence = await readEvidence(caseFile, sql`link >= ${from} AND link < ${to}`);
    if (links.length === 0) continue;
    const texts = links.map((link) => JSON.stringify(exportedLink(link, evidence.get(link.number) ?? [])));
    await io.write(`${separator}${texts.join(",")}`);
    separator = ",";
  }
  await io.write("]}\n");
}

/** The number after the last link of the batch that begins with this one; undefined when no link is left. */
async function nextLink(caseFile: CaseFile, from: number): Promise<number | undefined> {
  const [row] = await caseFile.query(
    sql`SELECT max(link) + 1 AS next FROM (
          SELECT link, sum(events) OVER (ORDER BY link) - events AS before FROM identity_link
          WHERE link >= ${from} AND link < ${from + LINK_BATCH}
        ) WHERE before < ${EVIDENCE_BATCH} HAVING count(*) > 0`,
  );
  return row && integerOf(row, "next");
}

function exportedPrincipal({ id, label, kind, aliases, first, last, events, failures }: Principal) {
  return { id, label, kind, aliases, firstSeen: timeText(first), lastSeen: timeText(last), events, failures };
}

function exportedLink({ link: { kind, from, to, rule, confidence } }: StoredLink, evidence: readonly number[]) {
  return { kind, from: from.id, to: to.id, rule, confidence, evidence };
}

async function printTable(io: CommandIo, caseFile: CaseFile): Promise<void> {
  const principals = await readStored(
    caseFile,
    sql`p.kind NOT IN ('session-name', 'tag')`,
    sql`p.events DESC, p.label, p.id`,
    TABLE_LIMIT,
  );
  const lines = principals.map(({ principal }) => tableLine(principal));
  const header = [
    "id".padEnd(14),
    "kind".padEnd(18),
    "events".padStart(9),
    "failed".padStart(9),
    "first seen".padEnd(24),
    "name",
  ];
  await io.write(`${[header.join("  "), ...lines].join("\n")}\n`);
  io.say("An account is not a person: records show which credentials were used, not who held them.");
}

function tableLine({ id, label, kind, first, events, failures }: Principal): string {
  return [
    id.padEnd(14),
    kind.padEnd(18),
    String(events).padStart(9),
    String(failures).padStart(9),
    (timeText(first) ?? "undated").padEnd(24),
    quote(label).slice(1, -1),
  ].join("  ");
}

function timeText(nanoseconds: bigint | null): string | null {
  return nanoseconds === null ? null : formatInstant(instant(nanoseconds));
}
